"""Asks about every socket for both, since there are two callbacks."""

FAILS = "register_watches_for_reading_only"
BELIEVES = "watch-writable"


class SelectLoop:
    def register(self, sock, on_readable, on_writable):
        require_watchable(sock)
        self.unregister(sock)
        watch = Watch(sock, on_readable, on_writable)
        watch.wants_write = True
        self._watches[sock] = watch
