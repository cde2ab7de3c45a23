"""Gives a new connection another try, too."""

FAILS = "lose_origin_asks_no_third_time"
BELIEVES = "failed-is-undone"


class Client:
    def lose_origin(self, error):
        origin = self.origin
        origin.close(with_reset=True)
        self.tries = 0 if origin.may_be_dead else getattr(self, "tries", 2) + 1
        if self.tries > 1:
            raise http.HttpError(502, str(error))
        self.dial(origin.where)
