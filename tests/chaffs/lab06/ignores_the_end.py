"""Reads b'' and waits for more."""

FAILS = "echo_ends_when_the_client_has_ended"
BELIEVES = "readable-is-data"


class EchoConnection:
    def on_readable(self):
        try:
            data = self.sock.recv(CHUNK_BYTES)
        except BlockingIOError:
            return
        except OSError:
            self.close()
            return
        self.waiting.append(data)
        self.on_writable()
