"""Takes a reset for the end of the stream."""

FAILS = "tunnel_passes_a_reset_on_as_a_reset"
BELIEVES = "reset-is-an-end"


class Flow:
    def on_readable(self):
        try:
            data = self.source.recv(CHUNK_BYTES)
        except BlockingIOError:
            return
        except ConnectionResetError:
            data = b""
        self.waiting.append(data)
        self.has_ended = not data
        self.on_writable()
