"""Puts a new Watch into the book for each change: the turn's lists hold the old one."""

FAILS = "run_once_asks_again_before_it_calls_on_readable"
BELIEVES = "ready-stays-ready"
WRITTEN = "without sight of the checks"


class SelectLoop:
    def want_read(self, sock, yes):
        old = self._watches[sock]
        new = Watch(sock, old.on_readable, old.on_writable)
        new.wants_read = yes
        new.wants_write = old.wants_write
        self._watches[sock] = new
