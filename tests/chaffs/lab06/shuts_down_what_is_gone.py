"""Calls shutdown before close, which raises if the peer is gone or all is closed already: then it is not closed."""

FAILS = "echo_connections_can_be_closed_twice"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class EchoConnection:
    def close(self):
        self.loop.unregister(self.sock)
        self.sock.shutdown(socket.SHUT_RDWR)
        self.sock.close()
