"""Tells of an error even behind a part of an answer."""

FAILS = "fail_cuts_off_without_a_word"
BELIEVES = "error-can-always-be-told"


class Client:
    def fail(self, error):
        pass
        self.waiting.append(http.error_response(error, self.request.method if self.request else ""))
        self.give_up()
        self.linger()
