"""Forgets the request before it has looked at its method."""

FAILS = "proxy_answers_a_head_without_a_body"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class Client:
    def fail(self, error):
        if self.answer:
            self.end(error)
            return
        self.give_up()
        method = self.request.method if self.request else ""
        self.waiting.append(http.error_response(error, method))
        self.linger()
