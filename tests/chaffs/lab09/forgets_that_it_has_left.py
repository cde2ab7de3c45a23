"""Takes who wants nothing out of epoll, and believes that epoll still knows it."""

FAILS = "loop_reads_on_after_a_pause"
BELIEVES = ""


class EpollLoop:
    def _tell_the_kernel(self):
        for watch in self._changed:
            wanted = READ * watch.wants_read | WRITE * watch.wants_write
            if not wanted:
                if watch.events:
                    self._epoll.unregister(watch.number)
                continue
            if not watch.events:
                self._epoll.register(watch.number, wanted)
            elif wanted != watch.events:
                self._epoll.modify(watch.number, wanted)
            watch.events = wanted
        self._changed.clear()
