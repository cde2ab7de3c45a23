"""Closes the socket and leaves it in the list that select gets."""

FAILS = "echo_ends_when_the_client_has_ended"
BELIEVES = "readable-is-data"


class EchoConnection:
    def close(self):
        self.sock.close()
