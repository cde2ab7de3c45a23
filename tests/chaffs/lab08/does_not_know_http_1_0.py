"""Takes HTTP/1.0 for one that stays."""

FAILS = "origin_may_stay_only_if_it_says_nothing_else"
BELIEVES = ""


class Client:
    def origin_may_stay(self):
        says_close = "close" in http.tokens_of(self.answer, "connection")
        leaves = self.origin.has_ended or says_close
        counted = self.down.reader.framing != http.UNTIL_CLOSE
        return not len(self.origin.received) and not leaves and counted
