"""Takes out first and counts then: what was too short is gone."""

FAILS = "take_exactly_takes_nothing_as_long_as_it_is_none"
BELIEVES = ""


class ReceiveBuffer:
    def take_exactly(self, count):
        taken = self.take_at_most(count)
        return taken if len(taken) == count else None
