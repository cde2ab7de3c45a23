"""Unregister makes the Watch want no reading, and forgets the writing."""

FAILS = "run_once_heeds_an_unregister_in_the_same_turn"
BELIEVES = "ready-stays-ready"
WRITTEN = "without sight of the checks"


class SelectLoop:
    def unregister(self, sock):
        watch = self._watches.pop(sock, None)
        if watch is not None:
            watch.wants_read = False
