"""Takes the goodbye for the end: finishes sending, and keeps the descriptor."""

FAILS = "echo_survives_a_reset_in_the_middle_of_a_turn"
BELIEVES = "one-client-is-all"

OVER = []


class EchoConnection:
    def close(self):
        self.loop.unregister(self.sock)
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        OVER.append(self)
