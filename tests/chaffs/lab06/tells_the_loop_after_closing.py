"""Goes on after close(), and tells the loop about a socket that it has forgotten."""

FAILS = "echo_says_nothing_about_a_socket_that_it_has_closed"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class EchoConnection:
    def on_writable(self):
        try:
            self.waiting.flush(self.sock)
        except OSError:
            self.close()
        if self.has_ended and not self.waiting.pending:
            self.close()
        self.tell_the_loop()
