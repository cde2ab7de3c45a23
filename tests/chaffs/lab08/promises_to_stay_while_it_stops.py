"""Does not say that the client's connection will end when the proxy is stopping."""

FAILS = "pass_head_on_lets_nobody_stay_while_the_proxy_stops"
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
        self.keep_alive = not is_old and "close" not in http.tokens_of(self.request, "connection")
        self.answer, self.down = head, Relay(self.origin, self, framing, chunked)
        told = http.to_client_response(head, chunked, self.keep_alive, by=name)
        self.waiting.append(http.write_head(told))
