"""Once somebody wants to write, it stays so."""

FAILS = "want_write_watches_until_it_is_taken_back"
BELIEVES = "watch-writable"


class SelectLoop:
    def want_write(self, sock, yes):
        watch = self._watches[sock]
        watch.wants_write = watch.wants_write or yes
