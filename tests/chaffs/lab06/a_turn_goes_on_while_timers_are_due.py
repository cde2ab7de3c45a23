"""Goes on as long as any timer is due, so that a timer which sets itself again for at once keeps the turn for ever."""

FAILS = "call_later_again_and_again_does_not_hold_the_turn"
BELIEVES = "loop-may-wait"
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
        while due := self._due():
            for timer in due:
                if timer.callback is not None:
                    self._run(timer.callback)
