"""Begins every request that has come, and does not wait until one is served."""

FAILS = "reading_head_answers_one_request_at_a_time"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class Client:
    def reading_head(self):

        if len(self.received) and not self.has_begun:
            self.has_begun = True
            self.due_in(self.proxy.limits.head_s)
        while data := self.received.take_until(http.HEAD_END, self.proxy.limits.head_bytes):
            self.begin(http.parse_request_head(data))
        if self.has_ended and self.state == self.reading_head:
            self.end()
