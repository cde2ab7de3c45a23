"""Takes a wish to write from a stranger in silence."""

FAILS = "want_write_raises_for_who_is_not_registered"
BELIEVES = ""


class SelectLoop:
    def want_write(self, sock, yes):
        watch = self._watches.get(sock)
        if watch:
            watch.wants_write = yes
