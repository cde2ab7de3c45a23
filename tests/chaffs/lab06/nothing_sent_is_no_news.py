"""Tells the loop only if something went: where there is no room at all, nobody watches for it."""

FAILS = "echo_asks_for_room_even_for_one_byte"
BELIEVES = ""


class EchoConnection:
    def on_writable(self):
        try:
            sent = self.waiting.flush(self.sock)
        except OSError:
            self.close()
            return
        if self.has_ended and not self.waiting.pending:
            self.close()
        elif sent:
            self.tell_the_loop()
