"""Goes on to watch for reading after the end, which is readable for ever."""

FAILS = "echo_sleeps_between_the_clients_end_and_its_own"
BELIEVES = "readable-is-data"


class EchoConnection:
    def tell_the_loop(self):
        self.loop.want_read(self.sock, not self.waiting.is_full)
        self.loop.want_write(self.sock, self.waiting.pending > 0)
