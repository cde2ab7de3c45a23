"""Takes BlockingIOError, which is an OSError, for the end of the connection."""

FAILS = "echo_is_called_though_nothing_can_be_read"
BELIEVES = "readable-never-raises"


class EchoConnection:
    def on_readable(self):
        try:
            data = self.sock.recv(CHUNK_BYTES)
        except OSError:
            self.close()
            return
        self.waiting.append(data)
        self.has_ended = not data
        self.on_writable()
