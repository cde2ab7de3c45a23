"""Asks once more whenever the connection came from the pool, even if an answer has begun."""

FAILS = "lose_origin_asks_only_once_for_what_was_answered_in_part"
BELIEVES = "failed-is-undone"
WRITTEN = "without sight of the checks"


class Client:
    def find_origin(self):
        where = http.origin_of(self.request)
        self.was_idle = False
        if self.request.method in IDEMPOTENT and self.framing == 0:
            self.origin = self.proxy.pool.take(where)
        if self.origin:
            self.was_idle = True
            self.send_request()
        else:
            self.dial(where)

    def lose_origin(self, error):
        origin, self.origin = self.origin, None
        origin.close(with_reset=True)
        if self.was_idle:
            self.was_idle = False
            self.dial(origin.where)
        else:
            raise http.HttpError(502, str(error))
