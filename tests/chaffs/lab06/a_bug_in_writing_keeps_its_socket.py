"""Tells _run whose callback it is when reading, and forgets it when writing."""

FAILS = "run_once_closes_a_socket_whose_on_writable_raises"
BELIEVES = "one-bug-one-connection"
WRITTEN = "without sight of the checks"


class SelectLoop:
    def run_once(self, timeout_s=None):
        readable, writable = self._ready(self._sleep_s(timeout_s))
        for watch in readable:
            if watch.wants_read:
                self._run(watch.on_readable, watch.sock)
        for watch in writable:
            if watch.wants_write:
                self._run(watch.on_writable)
        for timer in self._due():
            if timer.callback is not None:
                self._run(timer.callback)
