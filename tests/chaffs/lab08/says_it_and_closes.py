"""Closes at once when the error is in the buffer."""

FAILS = "fail_answers_what_is_no_request"
BELIEVES = "failures-are-silent"


class Client:
    def fail(self, error):
        if not self.answer:
            self.waiting.append(http.error_response(error, ""))
        self.end(error.why)
