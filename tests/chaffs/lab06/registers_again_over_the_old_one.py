"""Puts the new Watch in the book, and leaves the old one to the lists of this turn."""

FAILS = "run_once_starts_afresh_with_who_registers_again"
BELIEVES = "ready-stays-ready"
WRITTEN = "without sight of the checks"


class SelectLoop:
    def register(self, sock, on_readable, on_writable):
        require_watchable(sock)
        self._watches[sock] = Watch(sock, on_readable, on_writable)
