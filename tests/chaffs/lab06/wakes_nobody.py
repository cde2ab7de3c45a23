"""Puts the callback down, and trusts that the loop will see it."""

FAILS = "call_from_thread_makes_the_next_turn_call"
BELIEVES = "select-sees-threads"


class SelectLoop:
    def call_from_thread(self, callback):
        self._calls.append(callback)
