"""Calls on_writable in the next turn, whether or not select said so, and only once."""

FAILS = "run_once_calls_who_wants_to_write"
BELIEVES = "watch-writable"


class SelectLoop:
    def want_write(self, sock, yes):
        watch = self._watches[sock]
        if yes:
            self.call_later(0, lambda: self._run(watch.on_writable, sock))
