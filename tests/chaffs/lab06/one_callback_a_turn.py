"""Calls the first one that is ready, and leaves the others for the next turns."""

FAILS = "run_once_calls_those_who_are_readable_in_each_turn"
BELIEVES = "readable-is-data"
WRITTEN = "without sight of the checks"


class SelectLoop:
    def run_once(self, timeout_s=None):
        readable, writable = self._ready(self._sleep_s(timeout_s))
        if readable:
            if readable[0].wants_read:
                self._run(readable[0].on_readable, readable[0].sock)
        elif writable:
            if writable[0].wants_write:
                self._run(writable[0].on_writable, writable[0].sock)
        for timer in self._due():
            if timer.callback:
                self._run(timer.callback)
