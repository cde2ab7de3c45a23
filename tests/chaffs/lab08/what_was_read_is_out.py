"""Takes a request for sent when all of it was read from the client."""

FAILS = "is_over_not_while_a_part_waits_for_the_origin"
BELIEVES = "answer-ends-the-request"
WRITTEN = "without sight of the checks"


class Client:
    def is_over(self):
        return self.up.reader.is_done or self.origin.has_ended
