"""Puts new callbacks into the old entry, for which select's answer still counts."""

FAILS = "register_again_starts_afresh"
BELIEVES = "ready-stays-ready"


class SelectLoop:
    def register(self, sock, on_readable, on_writable):
        require_watchable(sock)
        watch = self._watches.setdefault(sock, Watch(sock, on_readable, on_writable))
        watch.on_readable, watch.on_writable = on_readable, on_writable
