"""Calls every timer that is due, though a cancelled one has nothing to call."""

FAILS = "call_later_can_be_cancelled"
BELIEVES = ""


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
        for timer in self._due():
            self._run(timer.callback)
