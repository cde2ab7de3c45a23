"""Gives a part, as recv does: the caller should look how much it got."""

FAILS = "take_exactly_is_none_until_all_is_there"
BELIEVES = "part-is-a-message"


class ReceiveBuffer:
    def take_exactly(self, count):
        return self.take_at_most(count) or None
