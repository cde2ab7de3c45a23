"""Of all errors of recv it expects a reset only, so a timeout of the network gets out."""

FAILS = "echo_expects_every_error_of_recv"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class EchoConnection:
    def on_readable(self):
        try:
            data = self.sock.recv(CHUNK_BYTES)
        except BlockingIOError:
            return
        except ConnectionResetError:
            self.close()
            return
        if data:
            self.waiting.append(data)
        else:
            self.has_ended = True
        self.on_writable()
