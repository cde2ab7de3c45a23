"""Waits on for the head of a client that has ended."""

FAILS = "reading_head_ends_when_the_client_has_ended"
BELIEVES = ""


class Client:
    def reading_head(self):
        head = self.received.take_until(http.HEAD_END, self.proxy.limits.head_bytes)
        if head is not None:
            self.begin(http.parse_request_head(head))
        elif len(self.received) and not self.has_begun:
            self.has_begun = True
            self.due_in(self.proxy.limits.head_s)
