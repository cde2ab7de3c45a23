"""Passes over the error of a socket that was closed and not unregistered."""

FAILS = "loop_raises_if_a_socket_was_closed_too_early"
BELIEVES = "errors-need-no-answer"
WRITTEN = "without sight of the checks"


class EpollLoop:
    def _tell_the_kernel(self):
        for watch in self._changed:
            events = READ * watch.wants_read | WRITE * watch.wants_write
            if events == watch.events:
                continue
            with suppress(OSError):
                if not events:
                    self._epoll.unregister(watch.number)
                elif watch.events:
                    self._epoll.modify(watch.number, events)
                else:
                    self._epoll.register(watch.number, events)
            watch.events = events
        self._changed.clear()
