"""Readable is what has READ, and writable what has WRITE."""

FAILS = "loop_tells_of_an_error_that_comes_alone"
BELIEVES = ""


class EpollLoop:
    def _ready(self, timeout_s):
        self._tell_the_kernel()
        named = self._epoll.poll(timeout_s)
        by_number = self._by_number
        readable = [by_number[n] for n, events in named if n in by_number and events & READ]
        writable = [by_number[n] for n, events in named if n in by_number and events & WRITE]
        return readable, writable
