"""Looks at the timers only if select has named nobody: a busy loop never calls them."""

FAILS = "call_later_is_heeded_beside_sockets_that_are_ready"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class SelectLoop:
    def run_once(self, timeout_s=None):
        readable, writable = self._ready(self._sleep_s(timeout_s))
        if readable or writable:
            for watch in readable:
                if watch.wants_read:
                    self._run(watch.on_readable, watch.sock)
            for watch in writable:
                if watch.wants_write:
                    self._run(watch.on_writable, watch.sock)
            return
        for timer in self._due():
            if timer.callback is not None:
                self._run(timer.callback)
