"""Gives each piece of a head the whole time anew, as a timeout of each recv does."""

FAILS = "reading_head_gives_all_of_a_head_one_deadline"
BELIEVES = "timeout-bounds-request"


class Client:
    def reading_head(self):
        head = self.received.take_until(http.HEAD_END, self.proxy.limits.head_bytes)
        if head is not None:
            self.begin(http.parse_request_head(head))
        elif self.has_ended:
            self.end("left")
        elif len(self.received):
            self.due_in(self.proxy.limits.head_s)
