"""Sends an error's body, whatever the method was."""

FAILS = "proxy_answers_a_head_without_a_body"
BELIEVES = ""


class Client:
    def fail(self, error):
        if self.answer:
            self.end(error.why)
            return
        self.waiting.append(http.error_response(error, "GET"))
        self.give_up()
        self.linger()
