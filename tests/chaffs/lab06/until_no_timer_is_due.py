"""Calls timers until none is due any more, which may be never."""

FAILS = "call_later_again_and_again_does_not_hold_the_turn"
BELIEVES = "loop-may-wait"


class SelectLoop:
    def run_once(self, timeout_s=None):
        watches = list(self._watches.values())
        readers = [watch for watch in watches if watch.wants_read]
        writers = [watch for watch in watches if watch.wants_write]
        readable, writable, _ = select.select(readers, writers, [], self._sleep_s(timeout_s))
        for watch in readable:
            if watch.wants_read:
                self._run(watch.on_readable, watch.sock)
        for watch in writable:
            if watch.wants_write:
                self._run(watch.on_writable, watch.sock)
        while due := self._due():
            for timer in due:
                if timer.callback:
                    self._run(timer.callback)
