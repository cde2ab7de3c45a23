"""Reckons when a timer is due on the wall clock, which is decades ahead of the monotonic one."""

FAILS = "call_later_returns_the_timer"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class SelectLoop:
    def call_later(self, delay_s, callback):
        timer = Timer(time.time() + delay_s, callback)
        heapq.heappush(self._timers, timer)
        return timer
