"""Unregisters when the turn is over, because one must not change a dict in a loop over it."""

FAILS = "run_once_heeds_an_unregister_in_the_same_turn"
BELIEVES = "ready-stays-ready"


class SelectLoop:
    def unregister(self, sock):
        if sock in self._watches:
            watch = self._watches.pop(sock)
            self.call_later(0, watch.sock.fileno)
