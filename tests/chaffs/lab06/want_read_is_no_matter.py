"""Whoever has no room need not read: so it pauses nothing."""

FAILS = "run_once_sleeps_while_reading_is_paused"
BELIEVES = "readable-is-data"


class SelectLoop:
    def want_read(self, sock, yes):
        self._watches[sock].wants_read = True
