"""Reckons with time.time(), which is another clock than the loop's."""

FAILS = "call_later_returns_the_timer"
BELIEVES = ""


class SelectLoop:
    def call_later(self, delay_s, callback):
        timer = Timer(time.time() + delay_s, callback)
        heapq.heappush(self._timers, timer)
        return timer
