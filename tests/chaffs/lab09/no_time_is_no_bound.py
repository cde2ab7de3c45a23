"""Takes a timeout of 0 for none at all, and sleeps without bound."""

FAILS = "loop_does_not_sleep_if_it_may_not"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class EpollLoop:
    def _ready(self, timeout_s):
        self._tell_the_kernel()
        readable, writable = [], []
        for number, events in self._epoll.poll(timeout_s or None):
            watch = self._by_number.get(number)
            if watch is None:
                continue
            if events & ~WRITE:
                readable.append(watch)
            if events & ~READ:
                writable.append(watch)
        return readable, writable
