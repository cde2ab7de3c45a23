"""Registers a socket that select can't watch, which every later turn must pay for."""

FAILS = "register_refuses_what_select_cannot_watch"
BELIEVES = ""


class SelectLoop:
    def register(self, sock, on_readable, on_writable):
        self.unregister(sock)
        self._watches[sock] = Watch(sock, on_readable, on_writable)
