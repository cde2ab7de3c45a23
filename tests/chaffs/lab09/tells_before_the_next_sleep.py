"""Leaves it to the next sleep to tell the kernel, as with all other changes."""

FAILS = "loop_watches_the_new_owner_of_a_number"
BELIEVES = "numbers-stay"


class EpollLoop:
    def unregister(self, sock):
        watch = self._watches.pop(sock, None)
        if watch:
            watch.wants_read = watch.wants_write = False
            self._changed.add(watch)
