"""Asks again though something of the answer was there."""

FAILS = "lose_origin_asks_only_once_for_what_was_answered_in_part"
BELIEVES = "failed-is-undone"


class Client:
    def find_origin(self):
        where = http.origin_of(self.request)
        is_repeatable = self.request.method in IDEMPOTENT and self.framing == 0
        self.origin = self.proxy.pool.take(where) if is_repeatable else None
        self.was_idle = self.origin is not None
        if self.origin:
            self.send_request()
        else:
            self.dial(where)

    def lose_origin(self, error):
        origin = self.origin
        origin.close(with_reset=True)
        if not self.was_idle:
            raise http.HttpError(502, str(error))
        self.was_idle = False
        self.dial(origin.where)
