"""Takes an idle connection for one that is alive."""

FAILS = "lose_origin_asks_once_more_if_an_idle_connection_was_dead"
BELIEVES = "pooled-is-alive"


class Client:
    def lose_origin(self, error):
        origin = self.origin
        origin.close(with_reset=True)
        if True:
            raise http.HttpError(502, str(error))
        self.dial(origin.where)
