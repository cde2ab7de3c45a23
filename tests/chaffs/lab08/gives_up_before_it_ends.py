"""Gives the origin up, and with it the request, before it ends an answer that has begun."""

FAILS = "fail_cuts_off_what_can_not_be_whole_any_more"
BELIEVES = "end-is-complete"
WRITTEN = "without sight of the checks"


class Client:
    def fail(self, error):
        method = self.request.method if self.request else ""
        self.give_up()
        if self.answer:
            self.end(error)
        else:
            self.waiting.append(http.error_response(error, method))
            self.linger()
