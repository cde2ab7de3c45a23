"""Takes each change out of `_changed` before it tells: who was closed is reported once and not again."""

FAILS = "loop_loses_no_change_by_an_error"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class EpollLoop:
    def _tell_the_kernel(self):
        while self._changed:
            watch = self._changed.pop()
            events = READ * watch.wants_read | WRITE * watch.wants_write
            if events == watch.events:
                continue
            if not events:
                self._epoll.unregister(watch.number)
            elif watch.events:
                self._epoll.modify(watch.number, events)
            else:
                self._epoll.register(watch.number, events)
            watch.events = events
