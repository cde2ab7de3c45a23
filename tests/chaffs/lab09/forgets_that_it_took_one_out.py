"""Does not note that the kernel no longer knows a socket that wanted nothing."""

FAILS = "loop_reads_on_after_a_pause"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class EpollLoop:
    def _tell_the_kernel(self):
        for watch in self._changed:
            events = READ * watch.wants_read | WRITE * watch.wants_write
            if events == watch.events:
                continue
            if not events:
                self._epoll.unregister(watch.number)
                continue
            if watch.events:
                self._epoll.modify(watch.number, events)
            else:
                self._epoll.register(watch.number, events)
            watch.events = events
        self._changed.clear()
