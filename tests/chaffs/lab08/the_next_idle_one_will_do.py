"""Takes another idle connection in the place of the dead one, and not a new one."""

FAILS = "lose_origin_asks_once_more_over_none_that_was_idle"
BELIEVES = "pooled-is-alive"
WRITTEN = "without sight of the checks"


class Client:
    def lose_origin(self, error):
        origin, self.origin = self.origin, None
        origin.close(with_reset=True)
        if not origin.may_be_dead:
            raise http.HttpError(502, str(error))
        self.find_origin()
