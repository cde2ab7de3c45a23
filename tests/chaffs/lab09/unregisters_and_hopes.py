"""Unregisters the number in any case, and passes over the error, even if it is another's by now."""

FAILS = "loop_lets_a_late_unregister_harm_nobody"
BELIEVES = "numbers-stay"
WRITTEN = "without sight of the checks"


class EpollLoop:
    def unregister(self, sock):
        watch = self._watches.pop(sock, None)
        if watch is None:
            return
        watch.wants_read = watch.wants_write = False
        self._changed.discard(watch)
        if self._by_number.get(watch.number) is watch:
            del self._by_number[watch.number]
        with suppress(OSError):
            self._epoll.unregister(watch.number)
