"""Asks about every socket for both, since there are two callbacks."""

FAILS = "run_once_does_not_ask_about_writing_at_first"
BELIEVES = "watch-writable"


class SelectLoop:
    def register(self, sock, on_readable, on_writable):
        require_watchable(sock)
        self.unregister(sock)
        watch = Watch(sock, on_readable, on_writable)
        watch.wants_write = True
        self._watches[sock] = watch
