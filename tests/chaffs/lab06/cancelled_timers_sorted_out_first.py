"""Sorts the cancelled timers out before the first call: one that is cancelled by another of the same turn is called."""

FAILS = "call_later_can_be_cancelled_in_the_same_turn"
BELIEVES = "ready-stays-ready"
WRITTEN = "without sight of the checks"


class SelectLoop:
    def run_once(self, timeout_s=None):
        readable, writable = self._ready(self._sleep_s(timeout_s))
        for watch in readable:
            if watch.wants_read:
                self._run(watch.on_readable, watch.sock)
        for watch in writable:
            if watch.wants_write:
                self._run(watch.on_writable, watch.sock)
        callbacks = [timer.callback for timer in self._due() if timer.callback is not None]
        for callback in callbacks:
            self._run(callback)
