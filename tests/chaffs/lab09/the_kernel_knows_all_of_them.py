"""Unregisters at the kernel even a socket of which it was never told."""

FAILS = "loop_unregisters_whom_the_kernel_has_not_heard_of"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class EpollLoop:
    def unregister(self, sock):
        watch = self._watches.pop(sock, None)
        if watch is None:
            return
        watch.wants_read = watch.wants_write = False
        self._changed.discard(watch)
        if self._by_number.get(watch.number) is watch:
            del self._by_number[watch.number]
        if sock.fileno() >= 0:
            self._epoll.unregister(watch.number)
