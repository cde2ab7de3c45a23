"""Leaves what came behind an answer in the buffer."""

FAILS = "origin_may_stay_only_if_nothing_is_left_over"
BELIEVES = "rest-is-harmless"


class Client:
    def origin_may_stay(self):
        says_close = "close" in http.tokens_of(self.answer, "connection")
        leaves = self.origin.has_ended or says_close or self.answer.version == "HTTP/1.0"
        counted = self.down.reader.framing != http.UNTIL_CLOSE
        return not leaves and counted
