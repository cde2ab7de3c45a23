"""Sorts all timers for each one that is added."""

FAILS = "call_later_is_cheap_for_ten_thousand_timers"
BELIEVES = "copying-is-free"


class SelectLoop:
    def call_later(self, delay_s, callback):
        timer = Timer(time.monotonic() + delay_s, callback)
        self._timers.append(timer)
        self._timers.sort()
        return timer
