"""Watches everybody for both, since nobody is called who does not want it."""

FAILS = "loop_calls_who_wants_to_write"
BELIEVES = "watch-writable"


class EpollLoop:
    def _tell_the_kernel(self):
        for watch in self._changed:
            if not watch.events:
                watch.events = READ | WRITE
                self._epoll.register(watch.number, watch.events)
        self._changed.clear()
