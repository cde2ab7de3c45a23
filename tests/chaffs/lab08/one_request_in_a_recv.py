"""Throws away what came behind a head."""

FAILS = "reading_head_answers_pipelined_requests_in_order"
BELIEVES = "head-ends-the-recv"


class Client:
    def reading_head(self):
        head = self.received.take_until(http.HEAD_END, self.proxy.limits.head_bytes)
        if head is not None:
            self.received.take_at_most(len(self.received))
            self.begin(http.parse_request_head(head))
        elif self.has_ended:
            self.end("left")
        elif len(self.received) and not self.has_begun:
            self.has_begun = True
            self.due_in(self.proxy.limits.head_s)
