"""Throws away what came behind an answer, and thinks that all is well."""

FAILS = "origin_may_stay_only_if_nothing_is_left_over"
BELIEVES = "rest-is-harmless"


class Client:
    def origin_may_stay(self):
        says_close = "close" in http.tokens_of(self.answer, "connection")
        self.origin.received.take_at_most(len(self.origin.received))
        return not self.origin.has_ended and not says_close
