"""Whoever has no room need not read: so it pauses nothing."""

FAILS = "want_read_pauses_reading_and_goes_on"
BELIEVES = "readable-is-data"


class SelectLoop:
    def want_read(self, sock, yes):
        self._watches[sock].wants_read = True
