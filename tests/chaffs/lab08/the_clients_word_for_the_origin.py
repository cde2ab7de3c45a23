"""Looks for `close` and HTTP/1.0 in the request, and not in the answer."""

FAILS = "origin_may_stay_only_if_it_says_nothing_else"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class Client:
    def origin_may_stay(self):
        origin, head = self.origin, self.request
        if self.down.reader.framing == http.UNTIL_CLOSE or len(origin.received):
            return False
        says_close = "close" in http.tokens_of(head, "connection")
        return not (origin.has_ended or says_close or head.version == "HTTP/1.0")
