"""Watches for writing or for reading, and not for both at once."""

FAILS = "loop_reads_from_who_waits_to_write_as_well"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class EpollLoop:
    def _tell_the_kernel(self):
        for watch in self._changed:
            events = WRITE if watch.wants_write else READ if watch.wants_read else 0
            if events == watch.events:
                continue
            if not events:
                self._epoll.unregister(watch.number)
            elif watch.events:
                self._epoll.modify(watch.number, events)
            else:
                self._epoll.register(watch.number, events)
            watch.events = events
        self._changed.clear()
