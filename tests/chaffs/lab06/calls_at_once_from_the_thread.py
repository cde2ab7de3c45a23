"""Calls in the thread that asks, into the middle of whatever the loop is at."""

FAILS = "call_from_thread_leaves_the_call_to_a_turn"
BELIEVES = "any-thread-may-call"


class SelectLoop:
    def call_from_thread(self, callback):
        callback()
