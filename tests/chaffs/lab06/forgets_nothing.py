"""Stops the calls of this turn, and leaves the socket in the book for the next."""

FAILS = "want_read_raises_for_who_is_not_registered"
BELIEVES = ""


class SelectLoop:
    def unregister(self, sock):
        watch = self._watches.get(sock)
        if watch:
            watch.wants_read = False
