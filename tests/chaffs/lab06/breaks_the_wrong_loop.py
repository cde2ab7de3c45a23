"""Leaves its own little loop at b'', which is not the loop that turns."""

FAILS = "echo_ends_when_the_client_has_ended"
BELIEVES = "readable-is-data"


class EchoConnection:
    def on_readable(self):
        try:
            while True:
                data = self.sock.recv(CHUNK_BYTES)
                if not data:
                    break
                self.waiting.append(data)
                self.on_writable()
        except BlockingIOError:
            return
        except OSError:
            self.close()
