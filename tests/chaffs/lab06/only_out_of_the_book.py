"""Takes the socket out of the book, and forgets that this turn's lists still have it."""

FAILS = "run_once_heeds_an_unregister_in_the_same_turn"
BELIEVES = "ready-stays-ready"


class SelectLoop:
    def unregister(self, sock):
        self._watches.pop(sock, None)
