"""Lets clients stay though the proxy is stopping."""

FAILS = "pass_head_on_lets_nobody_stay_while_the_proxy_stops"
BELIEVES = ""


class Client:
    def pass_head_on(self, head):
        is_old = self.request.version == "HTTP/1.0"
        if head.status == 101:
            raise http.HttpError(502, "unasked")
        if head.status < 200:
            chunked, self.keep_alive = False, True
        else:
            framing = http.body_framing(head)
            chunked = framing in (http.CHUNKED, http.UNTIL_CLOSE) and not is_old
            says_close = "close" in http.tokens_of(self.request, "connection")
            self.keep_alive = not (is_old or says_close)
            self.answer, self.down = head, Relay(self.origin, self, framing, chunked)
        if self.answer or not is_old:
            sent = http.to_client_response(head, chunked, self.keep_alive, self.proxy.pseudonym)
            self.waiting.append(http.write_head(sent))
