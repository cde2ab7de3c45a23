"""Once somebody wants to write, it stays so."""

FAILS = "run_once_calls_who_wants_to_write"
BELIEVES = "watch-writable"


class SelectLoop:
    def want_write(self, sock, yes):
        watch = self._watches[sock]
        watch.wants_write = watch.wants_write or yes
