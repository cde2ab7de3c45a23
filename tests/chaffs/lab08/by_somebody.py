"""Leaves `by` at its default, so that the answer's Via does not name this proxy."""

FAILS = "pass_head_on_says_by_whom"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class Client:
    def pass_head_on(self, head):
        is_old = self.request.version == "HTTP/1.0"
        if head.status == 101:
            raise http.HttpError(502, "nobody has asked to switch")
        if head.status < 200:
            if not is_old:
                told = http.to_client_response(head, chunked=False, keep_alive=True)
                self.waiting.append(http.write_head(told))
            return
        framing = http.body_framing(head)
        chunked = not is_old and framing in (http.CHUNKED, http.UNTIL_CLOSE)
        says_close = "close" in http.tokens_of(self.request, "connection")
        self.keep_alive = not (is_old or says_close or self.proxy.is_stopping)
        self.answer, self.down = head, Relay(self.origin, self, framing, chunked)
        told = http.to_client_response(head, chunked, self.keep_alive)
        self.waiting.append(http.write_head(told))
