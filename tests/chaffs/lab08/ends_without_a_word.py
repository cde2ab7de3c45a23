"""Tells nobody of an error."""

FAILS = "fail_answers_what_is_no_request"
BELIEVES = "failures-are-silent"


class Client:
    def fail(self, error):
        self.end(error.why)
