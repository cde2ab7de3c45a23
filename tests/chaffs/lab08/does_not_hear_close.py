"""Does not look at Connection."""

FAILS = "origin_may_stay_only_if_it_says_nothing_else"
BELIEVES = ""


class Client:
    def origin_may_stay(self):
        says_close = "close" in http.tokens_of(self.answer, "connection")
        leaves = self.origin.has_ended or self.answer.version == "HTTP/1.0"
        counted = self.down.reader.framing != http.UNTIL_CLOSE
        return not len(self.origin.received) and not leaves and counted
