"""Tells of the error, but keeps the request and the way to the origin."""

FAILS = "fail_cuts_the_origin_off_as_well"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class Client:
    def fail(self, error):
        if self.answer:
            self.end(error)
            return
        method = self.request.method if self.request else ""
        self.waiting.append(http.error_response(error, method))
        self.linger()
