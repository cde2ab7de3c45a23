"""Looks again before it writes, but not before it reads."""

FAILS = "run_once_asks_again_before_it_calls_on_readable"
BELIEVES = "ready-stays-ready"


class SelectLoop:
    def run_once(self, timeout_s=None):
        watches = list(self._watches.values())
        readers = [watch for watch in watches if watch.wants_read]
        writers = [watch for watch in watches if watch.wants_write]
        readable, writable, _ = select.select(readers, writers, [], self._sleep_s(timeout_s))
        for watch in readable:
            self._run(watch.on_readable, watch.sock)
        for watch in writable:
            if watch.wants_write:
                self._run(watch.on_writable, watch.sock)
        for timer in self._due():
            if timer.callback:
                self._run(timer.callback)
