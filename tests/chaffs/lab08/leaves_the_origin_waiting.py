"""Tells the client, and forgets the origin."""

FAILS = "fail_cuts_the_origin_off_as_well"
BELIEVES = ""


class Client:
    def fail(self, error):
        if self.answer:
            self.end(error.why)
            return
        self.waiting.append(http.error_response(error, self.request.method if self.request else ""))
        self.linger()
