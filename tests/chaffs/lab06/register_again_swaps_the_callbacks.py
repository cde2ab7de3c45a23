"""A socket that is registered again keeps its Watch, and only gets new callbacks."""

FAILS = "run_once_starts_afresh_with_who_registers_again"
BELIEVES = "ready-stays-ready"
WRITTEN = "without sight of the checks"


class SelectLoop:
    def register(self, sock, on_readable, on_writable):
        require_watchable(sock)
        watch = self._watches.get(sock)
        if watch is None:
            self._watches[sock] = Watch(sock, on_readable, on_writable)
        else:
            watch.on_readable = on_readable
            watch.on_writable = on_writable
            watch.wants_read, watch.wants_write = True, False
