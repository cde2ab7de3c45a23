"""Takes the goodbye for the end: finishes sending, and keeps the descriptor."""

FAILS = "echo_leaves_no_descriptor_of_a_client_that_has_ended"
BELIEVES = "done-is-closed"

OVER = []


class EchoConnection:
    def close(self):
        self.loop.unregister(self.sock)
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        OVER.append(self)
