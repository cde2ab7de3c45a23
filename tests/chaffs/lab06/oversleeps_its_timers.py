"""Sleeps for as long as it was told, and looks at its timers then."""

FAILS = "call_later_calls_when_the_time_has_come"
BELIEVES = "select-knows-timers"


class SelectLoop:
    def run_once(self, timeout_s=None):
        watches = list(self._watches.values())
        readers = [watch for watch in watches if watch.wants_read]
        writers = [watch for watch in watches if watch.wants_write]
        readable, writable, _ = select.select(readers, writers, [], timeout_s)
        for watch in readable:
            if watch.wants_read:
                self._run(watch.on_readable, watch.sock)
        for watch in writable:
            if watch.wants_write:
                self._run(watch.on_writable, watch.sock)
        for timer in self._due():
            if timer.callback:
                self._run(timer.callback)
