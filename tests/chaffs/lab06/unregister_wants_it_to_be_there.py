"""Takes it for a mistake to leave twice, though many ends lead there."""

FAILS = "unregister_of_who_is_not_registered_is_no_error"
BELIEVES = ""


class SelectLoop:
    def register(self, sock, on_readable, on_writable):
        require_watchable(sock)
        if sock in self._watches:
            self.unregister(sock)
        self._watches[sock] = Watch(sock, on_readable, on_writable)

    def unregister(self, sock):
        watch = self._watches.pop(sock)
        watch.wants_read = watch.wants_write = False
