"""Sends a body with a Content-Length over an idle connection."""

FAILS = "find_origin_risks_no_request_that_must_not_come_twice"
BELIEVES = "pooled-is-alive"
WRITTEN = "without sight of the checks"


class Client:
    def find_origin(self):
        where = http.origin_of(self.request)
        if self.request.method in IDEMPOTENT and self.framing != http.CHUNKED:
            self.origin = self.proxy.pool.take(where)
        if self.origin:
            self.send_request()
        else:
            self.dial(where)
