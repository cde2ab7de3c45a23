"""Has epoll forget a number that is in no book, which fails, since its socket is closed."""

FAILS = "loop_passes_over_a_number_that_it_does_not_know"
BELIEVES = "close-closes"
WRITTEN = "without sight of the checks"


class EpollLoop:
    def _ready(self, timeout_s):
        self._tell_the_kernel()
        readable, writable = [], []
        for number, events in self._epoll.poll(timeout_s):
            if number not in self._by_number:
                self._epoll.unregister(number)
                continue
            watch = self._by_number[number]
            if events & ~WRITE:
                readable.append(watch)
            if events & ~READ:
                writable.append(watch)
        return readable, writable
