"""Takes a Told out of the books, but leaves it what it wants."""

FAILS = "loop_heeds_an_unregister_in_the_same_turn"
BELIEVES = "ready-stays-ready"
WRITTEN = "without sight of the checks"


class EpollLoop:
    def unregister(self, sock):
        watch = self._watches.pop(sock, None)
        if watch is None:
            return
        self._changed.discard(watch)
        if self._by_number.get(watch.number) is watch:
            del self._by_number[watch.number]
        if watch.events and sock.fileno() >= 0:
            self._epoll.unregister(watch.number)
