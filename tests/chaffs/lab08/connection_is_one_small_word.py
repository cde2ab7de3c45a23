"""Finds `close` in Connection only if it is all that stands there, and in small letters."""

FAILS = "pass_head_on_lets_nobody_stay_who_says_close"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class Client:
    def pass_head_on(self, head):
        is_old, name = self.request.version == "HTTP/1.0", self.proxy.pseudonym
        if head.status == 101:
            raise http.HttpError(502, "nobody has asked to switch")
        if head.status < 200:
            if not is_old:
                told = http.to_client_response(head, chunked=False, keep_alive=True, by=name)
                self.waiting.append(http.write_head(told))
            return
        framing = http.body_framing(head)
        chunked = not is_old and framing in (http.CHUNKED, http.UNTIL_CLOSE)
        says_close = http.values_of(self.request, "connection") == ["close"]
        self.keep_alive = not (is_old or says_close or self.proxy.is_stopping)
        self.answer, self.down = head, Relay(self.origin, self, framing, chunked)
        told = http.to_client_response(head, chunked, self.keep_alive, by=name)
        self.waiting.append(http.write_head(told))
