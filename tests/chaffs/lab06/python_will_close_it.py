"""Leaves the loop and lets go of the socket: Python closes it when nobody holds it any more."""

FAILS = "echo_closes_a_socket_that_somebody_holds"
BELIEVES = "done-is-closed"


class EchoConnection:
    def close(self):
        self.loop.unregister(self.sock)
