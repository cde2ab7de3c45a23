"""Keeps an origin's connection only if the client stays, too."""

FAILS = "origin_may_stay_only_if_it_stays_itself"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class Client:
    def origin_may_stay(self):
        origin, answer = self.origin, self.answer
        if self.down.reader.framing == http.UNTIL_CLOSE or len(origin.received):
            return False
        says_close = "close" in http.tokens_of(answer, "connection")
        is_leaving = origin.has_ended or says_close or answer.version == "HTTP/1.0"
        return self.keep_alive and not is_leaving
