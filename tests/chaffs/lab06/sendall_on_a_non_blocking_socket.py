"""Sends with sendall, which on a non-blocking socket gives up in the middle."""

FAILS = "echo_loses_nothing_to_a_slow_reader"
BELIEVES = "send-takes-all"


class EchoConnection:
    def on_readable(self):
        try:
            data = self.sock.recv(CHUNK_BYTES)
            self.sock.sendall(data)
        except BlockingIOError:
            return
        except OSError:
            self.close()
            return
        if not data:
            self.close()
