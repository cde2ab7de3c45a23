"""Strikes it out by socket and by number, and forgets what was noted for the kernel."""

FAILS = "loop_forgets_the_wishes_of_who_leaves"
BELIEVES = ""


class EpollLoop:
    def unregister(self, sock):
        watch = self._watches.pop(sock, None)
        if watch is None:
            return
        watch.wants_read = watch.wants_write = False
        if self._by_number.get(watch.number) is watch:
            del self._by_number[watch.number]
        if watch.events and sock.fileno() == watch.number:
            self._epoll.unregister(watch.number)
