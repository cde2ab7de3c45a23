"""Notes on the connection, and not for each head, that a deadline was set."""

FAILS = "reading_head_gives_the_next_head_a_deadline"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class Client:
    def reading_head(self):

        if len(self.received) and not getattr(self, "has_deadline", False):
            self.has_deadline = True
            self.due_in(self.proxy.limits.head_s)
        data = self.received.take_until(http.HEAD_END, self.proxy.limits.head_bytes)
        if data is not None:
            self.begin(http.parse_request_head(data))
        elif self.has_ended:
            self.end()
