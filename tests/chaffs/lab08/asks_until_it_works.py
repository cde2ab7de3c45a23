"""Asks again and again."""

FAILS = "lose_origin_does_not_ask_again_over_a_new_connection"
BELIEVES = "failed-is-undone"


class Client:
    def lose_origin(self, error):
        origin = self.origin
        origin.close(with_reset=True)
        self.dial(origin.where)
