"""Passes the end on with SHUT_RDWR, which ends the other direction, too."""

FAILS = "tunnel_goes_on_the_other_way_after_an_end"
BELIEVES = "eof-is-gone"
WRITTEN = "without sight of the checks"


class Flow:
    def on_writable(self):
        self.passed += self.waiting.flush(self.sink)
        if self.has_ended and not self.waiting.pending and not self.is_done:
            with suppress(OSError):
                self.sink.shutdown(socket.SHUT_RDWR)
            self.is_done = True
        self.tell_the_loop()
