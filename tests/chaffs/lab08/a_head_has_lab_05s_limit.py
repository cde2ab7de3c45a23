"""Bounds a head by the constant of lab 05, whatever this proxy's limits are."""

FAILS = "reading_head_ends_at_its_limit"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class Client:
    def reading_head(self):

        if len(self.received) and not self.has_begun:
            self.has_begun = True
            self.due_in(self.proxy.limits.head_s)
        data = self.received.take_until(http.HEAD_END, http.HEAD_LIMIT_BYTES)
        if data is not None:
            self.begin(http.parse_request_head(data))
        elif self.has_ended:
            self.end()
