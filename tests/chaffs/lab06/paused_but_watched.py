"""Does not call who has paused, but still asks select about it."""

FAILS = "run_once_sleeps_while_reading_is_paused"
BELIEVES = "readable-is-data"


class SelectLoop:
    def run_once(self, timeout_s=None):
        watches = list(self._watches.values())
        readers = watches
        writers = [watch for watch in watches if watch.wants_write]
        readable, writable, _ = select.select(readers, writers, [], self._sleep_s(timeout_s))
        for watch in readable:
            if watch.wants_read:
                self._run(watch.on_readable, watch.sock)
        for watch in writable:
            if watch.wants_write:
                self._run(watch.on_writable, watch.sock)
        for timer in self._due():
            if timer.callback:
                self._run(timer.callback)
