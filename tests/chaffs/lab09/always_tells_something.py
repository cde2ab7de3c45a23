"""Each change is told, also one that was taken back."""

FAILS = "loop_tells_nothing_of_who_is_unknown_and_wants_nothing"
BELIEVES = ""


class EpollLoop:
    def _tell_the_kernel(self):
        for watch in self._changed:
            wanted = READ * watch.wants_read | WRITE * watch.wants_write
            if not wanted:
                self._epoll.unregister(watch.number)
            elif not watch.events:
                self._epoll.register(watch.number, wanted)
            else:
                self._epoll.modify(watch.number, wanted)
            watch.events = wanted
        self._changed.clear()
