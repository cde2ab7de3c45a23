"""Calls at once what shall be called after no time at all."""

FAILS = "call_later_leaves_the_call_to_a_turn"
BELIEVES = "any-thread-may-call"
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
