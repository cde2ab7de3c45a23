"""Appends the timer, as if the next one were always the first that was set."""

FAILS = "call_later_calls_the_earliest_first"
BELIEVES = "first-set-first-due"


class SelectLoop:
    def call_later(self, delay_s, callback):
        timer = Timer(time.monotonic() + delay_s, callback)
        self._timers.append(timer)
        return timer
