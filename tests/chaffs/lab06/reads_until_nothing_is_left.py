"""Reads on and on until BlockingIOError, so that a fast client keeps the turn."""

FAILS = "echo_reads_once_in_a_turn"
BELIEVES = "loop-may-wait"


class EchoConnection:
    def on_readable(self):
        try:
            while not self.has_ended:
                data = self.sock.recv(CHUNK_BYTES)
                self.waiting.append(data)
                self.has_ended = not data
        except BlockingIOError:
            pass
        except OSError:
            self.close()
            return
        self.on_writable()
