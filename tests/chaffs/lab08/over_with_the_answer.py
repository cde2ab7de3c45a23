"""Is over when the answer is there."""

FAILS = "is_over_not_before_all_of_the_request_is_out"
BELIEVES = "answer-ends-the-request"


class Client:
    def is_over(self):
        return True
