"""Whether select can watch the socket is asked when it is in the book already, and it stays there."""

FAILS = "want_read_raises_for_who_is_not_registered"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class SelectLoop:
    def register(self, sock, on_readable, on_writable):
        self.unregister(sock)
        self._watches[sock] = Watch(sock, on_readable, on_writable)
        require_watchable(sock)
