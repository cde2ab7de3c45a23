"""Reads until its buffer is full, in one callback."""

FAILS = "echo_reads_once_in_a_turn"
BELIEVES = "loop-may-wait"
WRITTEN = "without sight of the checks"


class EchoConnection:
    def on_readable(self):
        try:
            while not self.has_ended and not self.waiting.is_full:
                data = self.sock.recv(CHUNK_BYTES)
                self.waiting.append(data)
                self.has_ended = not data
                self.waiting.flush(self.sock)
        except BlockingIOError:
            pass
        except OSError:
            self.close()
            return
        self.on_writable()
