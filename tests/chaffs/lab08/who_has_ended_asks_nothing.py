"""A client that has ended gets nothing more, though its next request is there."""

FAILS = "reading_head_answers_who_has_ended"
BELIEVES = "eof-is-gone"
WRITTEN = "without sight of the checks"


class Client:
    def reading_head(self):

        if self.has_ended:
            self.end()
            return
        if len(self.received) and not self.has_begun:
            self.has_begun = True
            self.due_in(self.proxy.limits.head_s)
        data = self.received.take_until(http.HEAD_END, self.proxy.limits.head_bytes)
        if data is not None:
            self.begin(http.parse_request_head(data))
