"""Calls on_writable in the next turn, whether or not select said so, and only once."""

FAILS = "want_write_watches_until_it_is_taken_back"
BELIEVES = "watch-writable"


class SelectLoop:
    def want_write(self, sock, yes):
        watch = self._watches[sock]
        if yes:
            self.call_later(0, lambda: self._run(watch.on_writable, sock))
