"""Forgets that a body can be sent only once."""

FAILS = "find_origin_risks_no_request_that_must_not_come_twice"
BELIEVES = "pooled-is-alive"


class Client:
    def find_origin(self):
        where = http.origin_of(self.request)
        idle = self.request.method in IDEMPOTENT
        self.origin = self.proxy.pool.take(where) if idle else None
        if self.origin:
            self.send_request()
        else:
            self.dial(where)
