"""Calls at once what shall be called after no time at all."""

FAILS = "call_later_calls_nobody_itself"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class SelectLoop:
    def call_later(self, delay_s, callback):
        timer = Timer(time.monotonic() + delay_s, callback)
        if delay_s <= 0:
            callback()
            timer.cancel()
        else:
            heapq.heappush(self._timers, timer)
        return timer
