"""Closes an origin that has failed without a reset."""

FAILS = "lose_origin_cuts_off_who_talks_nonsense"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class Client:
    def lose_origin(self, error):
        origin, self.origin = self.origin, None
        origin.close()
        if not origin.may_be_dead:
            raise http.HttpError(502, str(error))
        self.dial(origin.where)
