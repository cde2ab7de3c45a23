"""Reads no more when it is full, but goes on to watch for it."""

FAILS = "echo_sleeps_while_it_waits_for_a_reader"
BELIEVES = "readable-is-data"


class EchoConnection:
    def on_readable(self):
        if self.waiting.is_full:
            return
        try:
            data = self.sock.recv(CHUNK_BYTES)
        except BlockingIOError:
            return
        except OSError:
            self.close()
            return
        self.waiting.append(data)
        self.has_ended = not data
        self.on_writable()

    def tell_the_loop(self):
        self.loop.want_read(self.sock, not self.has_ended)
        self.loop.want_write(self.sock, self.waiting.pending > 0)
