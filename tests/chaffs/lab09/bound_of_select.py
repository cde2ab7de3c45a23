"""Asks, as before, whether select could watch it."""

FAILS = "loop_takes_any_number"
BELIEVES = "select-scales"


from labs.lab06_select_loop import require_watchable


class EpollLoop:
    def register(self, sock, on_readable, on_writable):
        require_watchable(sock)
        self.unregister(sock)
        watch = self._watches[sock] = Told(sock, on_readable, on_writable)
        self._by_number[watch.number] = watch
        self._changed.add(watch)
