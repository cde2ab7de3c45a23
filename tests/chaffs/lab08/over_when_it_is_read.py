"""Takes what waits in the origin's buffer for sent."""

FAILS = "is_over_not_while_a_part_waits_for_the_origin"
BELIEVES = "answer-ends-the-request"


class Client:
    def is_over(self):
        return self.up.reader.is_done or self.origin.has_ended
