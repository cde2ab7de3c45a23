"""Waits for the time to come, and then calls."""

FAILS = "call_later_returns_at_once"
BELIEVES = "loop-may-wait"


class SelectLoop:
    def call_later(self, delay_s, callback):
        time.sleep(delay_s)
        timer = Timer(time.monotonic(), callback)
        heapq.heappush(self._timers, timer)
        return timer
