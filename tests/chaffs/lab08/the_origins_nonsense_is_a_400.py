"""Passes an HttpError about the origin's head on as it is, as if it were the client's fault."""

FAILS = "lose_origin_blames_the_origin_for_nonsense"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class Client:
    def lose_origin(self, error):
        origin, self.origin = self.origin, None
        origin.close(with_reset=True)
        if origin.may_be_dead:
            self.dial(origin.where)
        elif isinstance(error, http.HttpError):
            raise error
        else:
            raise http.HttpError(502, str(error))
