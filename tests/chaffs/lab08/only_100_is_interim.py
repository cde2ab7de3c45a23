"""Takes 100 for interim, and 102 or 103 for the answer."""

FAILS = "pass_head_on_passes_interim_answers_on"
BELIEVES = "interim-is-final"
WRITTEN = "without sight of the checks"


class Client:
    def pass_head_on(self, head):
        is_old, name = self.request.version == "HTTP/1.0", self.proxy.pseudonym
        if head.status == 101:
            raise http.HttpError(502, "nobody has asked to switch")
        if head.status == 100:
            if not is_old:
                told = http.to_client_response(head, chunked=False, keep_alive=True, by=name)
                self.waiting.append(http.write_head(told))
            return
        framing = http.body_framing(head)
        chunked = not is_old and framing in (http.CHUNKED, http.UNTIL_CLOSE)
        says_close = "close" in http.tokens_of(self.request, "connection")
        self.keep_alive = not (is_old or says_close or self.proxy.is_stopping)
        self.answer, self.down = head, Relay(self.origin, self, framing, chunked)
        told = http.to_client_response(head, chunked, self.keep_alive, by=name)
        self.waiting.append(http.write_head(told))
