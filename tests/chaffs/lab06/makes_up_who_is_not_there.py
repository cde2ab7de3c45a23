"""Asks for its Watch by setdefault, so that nobody is ever a stranger."""

FAILS = "want_read_raises_for_who_is_not_registered"
BELIEVES = ""


class SelectLoop:
    def want_read(self, sock, yes):
        self._watches.setdefault(sock, Watch(sock, int, int)).wants_read = yes
