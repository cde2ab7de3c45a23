"""Does not look whether the origin has ended meanwhile."""

FAILS = "origin_may_stay_only_if_it_has_not_ended"
BELIEVES = "pooled-is-alive"
WRITTEN = "without sight of the checks"


class Client:
    def origin_may_stay(self):
        origin, answer = self.origin, self.answer
        if self.down.reader.framing == http.UNTIL_CLOSE or len(origin.received):
            return False
        says_close = "close" in http.tokens_of(answer, "connection")
        return not says_close and answer.version != "HTTP/1.0"
