"""Takes an idle connection first, and forgets it where the request must not use it."""

FAILS = "find_origin_leaves_an_idle_connection_to_others"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class Client:
    def find_origin(self):
        where = http.origin_of(self.request)
        origin = self.proxy.pool.take(where)
        if origin and self.request.method in IDEMPOTENT and self.framing == 0:
            self.origin = origin
            self.send_request()
        else:
            self.dial(where)
