"""Tells the kernel with care, and strikes the number out of its own book, whoever has it."""

FAILS = "loop_lets_a_late_unregister_harm_nobody"
BELIEVES = "numbers-stay"


class EpollLoop:
    def unregister(self, sock):
        watch = self._watches.pop(sock, None)
        if watch is None:
            return
        watch.wants_read = watch.wants_write = False
        self._changed.discard(watch)
        self._by_number.pop(watch.number, None)
        if watch.events and sock.fileno() == watch.number:
            self._epoll.unregister(watch.number)
