"""Puts new callbacks into the old entry, for which select's answer still counts."""

FAILS = "run_once_starts_afresh_with_who_registers_again"
BELIEVES = "ready-stays-ready"


class SelectLoop:
    def register(self, sock, on_readable, on_writable):
        require_watchable(sock)
        watch = self._watches.setdefault(sock, Watch(sock, on_readable, on_writable))
        watch.on_readable, watch.on_writable = on_readable, on_writable
