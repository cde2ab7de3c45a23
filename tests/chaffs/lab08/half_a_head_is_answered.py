"""Tells a client that has left in the middle of a head that this was a bad request."""

FAILS = "reading_head_ends_when_the_client_has_ended"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class Client:
    def reading_head(self):

        if len(self.received) and not self.has_begun:
            self.has_begun = True
            self.due_in(self.proxy.limits.head_s)
        data = self.received.take_until(http.HEAD_END, self.proxy.limits.head_bytes)
        if data is not None:
            self.begin(http.parse_request_head(data))
        elif self.has_ended and len(self.received):
            raise http.HttpError(400, "the request's head is not whole")
        elif self.has_ended:
            self.end()
