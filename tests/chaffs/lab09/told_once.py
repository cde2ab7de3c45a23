"""The kernel is told once: when a socket is new."""

FAILS = "loop_calls_who_wants_to_write"
BELIEVES = "watch-writable"


class EpollLoop:
    def _tell_the_kernel(self):
        for watch in self._changed:
            if not watch.events:
                self._epoll.register(watch.number, READ)
                watch.events = READ
        self._changed.clear()
