"""Expects that each number which epoll gives is in its book: a closed socket has left epoll."""

FAILS = "loop_passes_over_a_number_that_it_does_not_know"
BELIEVES = "close-closes"


class EpollLoop:
    def _ready(self, timeout_s):
        self._tell_the_kernel()
        named = [(self._by_number[n], events) for n, events in self._epoll.poll(timeout_s)]
        readable = [watch for watch, events in named if events & ~WRITE]
        return readable, [watch for watch, events in named if events & ~READ]
