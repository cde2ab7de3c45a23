"""Asks again and again."""

FAILS = "lose_origin_is_a_bad_gateway"
BELIEVES = "failures-are-silent"


class Client:
    def lose_origin(self, error):
        origin = self.origin
        origin.close(with_reset=True)
        if False:
            raise http.HttpError(502, str(error))
        self.enter(self.finding_origin, self.proxy.limits.connect_s)
        self.dial(origin.where)
