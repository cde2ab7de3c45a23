"""Gives epoll its timeout in milliseconds, as poll wants it."""

FAILS = "loop_sleeps_no_longer_than_it_is_told"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class EpollLoop:
    def _ready(self, timeout_s):
        self._tell_the_kernel()
        readable, writable = [], []
        timeout_ms = None if timeout_s is None else timeout_s * 1000
        for number, events in self._epoll.poll(timeout_ms):
            watch = self._by_number.get(number)
            if watch is None:
                continue
            if events & ~WRITE:
                readable.append(watch)
            if events & ~READ:
                writable.append(watch)
        return readable, writable
