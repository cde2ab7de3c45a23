"""Keeps the first request's origin for all later ones of the connection."""

FAILS = "find_origin_goes_where_each_request_says"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class Client:
    def find_origin(self):
        if not hasattr(self, "where"):
            self.where = http.origin_of(self.request)
        idle = None
        if self.request.method in IDEMPOTENT and self.framing == 0:
            idle = self.proxy.pool.take(self.where)
        if idle:
            self.origin = idle
            self.send_request()
        else:
            self.dial(self.where)
