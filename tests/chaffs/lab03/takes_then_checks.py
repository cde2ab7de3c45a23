"""Takes first and looks then whether it was enough: too few bytes are gone."""

FAILS = "take_exactly_takes_nothing_as_long_as_it_is_none"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class ReceiveBuffer:
    def take_exactly(self, count):
        taken = self.take_at_most(count)
        return taken if len(taken) == count else None
