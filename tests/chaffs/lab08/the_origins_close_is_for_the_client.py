"""The client may not stay if the origin says `close`."""

FAILS = "pass_head_on_lets_the_client_stay_if_the_origin_leaves"
BELIEVES = "answer-needs-a-close"
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
        both = http.tokens_of(self.request, "connection") + http.tokens_of(head, "connection")
        self.keep_alive = not (is_old or "close" in both or self.proxy.is_stopping)
        self.answer, self.down = head, Relay(self.origin, self, framing, chunked)
        told = http.to_client_response(head, chunked, self.keep_alive, by=name)
        self.waiting.append(http.write_head(told))
