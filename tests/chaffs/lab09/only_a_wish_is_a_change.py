"""Notes a change for the kernel only if reading is wanted, not if it is wanted no more."""

FAILS = "loop_sleeps_while_reading_is_paused"
BELIEVES = "readable-is-data"
WRITTEN = "without sight of the checks"


class EpollLoop:
    def want_read(self, sock, yes):
        watch = self._watches[sock]
        if yes and not watch.wants_read:
            self._changed.add(watch)
        watch.wants_read = yes
