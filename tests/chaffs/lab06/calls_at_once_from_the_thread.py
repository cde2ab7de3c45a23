"""Calls in the thread that asks, into the middle of whatever the loop is at."""

FAILS = "call_from_thread_calls_in_the_loops_turn"
BELIEVES = "select-sees-threads"


class SelectLoop:
    def call_from_thread(self, callback):
        callback()
