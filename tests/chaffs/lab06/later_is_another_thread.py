"""Lets a thread wait for the time, and call in the middle of whatever the loop is at."""

FAILS = "call_later_leaves_the_call_to_a_turn"
BELIEVES = "any-thread-may-call"


class SelectLoop:
    def call_later(self, delay_s, callback):
        timer = Timer(time.monotonic() + delay_s, callback)
        waiting = threading.Timer(delay_s, lambda: timer.callback and timer.callback())
        waiting.daemon = True
        waiting.start()
        return timer
