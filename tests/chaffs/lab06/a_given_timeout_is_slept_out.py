"""Asks for the next timer only where no timeout is given; a given one is slept to its end."""

FAILS = "call_later_calls_when_the_time_has_come"
BELIEVES = "select-knows-timers"
WRITTEN = "without sight of the checks"


class SelectLoop:
    def run_once(self, timeout_s=None):
        sleep_s = self._sleep_s(None) if timeout_s is None else timeout_s
        readable, writable = self._ready(sleep_s)
        for watch in readable:
            if watch.wants_read:
                self._run(watch.on_readable, watch.sock)
        for watch in writable:
            if watch.wants_write:
                self._run(watch.on_writable, watch.sock)
        for timer in self._due():
            if timer.callback is not None:
                self._run(timer.callback)
