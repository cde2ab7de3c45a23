"""Takes it out of the book, and leaves it in the kernel."""

FAILS = "loop_heeds_an_unregister_in_the_same_turn"
BELIEVES = "ready-stays-ready"


class EpollLoop:
    def unregister(self, sock):
        watch = self._watches.pop(sock, None)
        if watch:
            watch.wants_read = watch.wants_write = False
            self._changed.discard(watch)
            del self._by_number[watch.number]
