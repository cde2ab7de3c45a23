"""Sends an error at once, before what still waits for the client."""

FAILS = "fail_answers_behind_what_waits"
BELIEVES = "send-takes-all"
WRITTEN = "without sight of the checks"


class Client:
    def fail(self, error):
        if self.answer:
            self.end(error)
            return
        method = self.request.method if self.request else ""
        self.sock.sendall(http.error_response(error, method))
        self.give_up()
        self.linger()
