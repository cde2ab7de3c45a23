"""Sends all that has come, with sendall, and waits until it is taken."""

FAILS = "echo_serves_others_while_one_does_not_read"
BELIEVES = "select-unblocks"


class EchoConnection:
    def on_writable(self):
        self.sock.setblocking(True)
        try:
            while self.waiting.pending:
                self.waiting.flush(self.sock)
        except OSError:
            self.close()
            return
        self.sock.setblocking(False)
        if self.has_ended:
            self.close()
