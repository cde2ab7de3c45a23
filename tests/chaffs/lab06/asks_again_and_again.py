"""Waits by asking select until it has an answer."""

FAILS = "run_once_takes_no_cpu_time_while_it_sleeps"
BELIEVES = "busy-is-waiting"


class SelectLoop:
    def run_once(self, timeout_s=None):
        sleep_s = self._sleep_s(timeout_s)
        until_s = time.monotonic() + (3600 if sleep_s is None else sleep_s)
        watches = list(self._watches.values())
        readers = [watch for watch in watches if watch.wants_read]
        writers = [watch for watch in watches if watch.wants_write]
        readable, writable, _ = select.select(readers, writers, [], 0)
        while not readable and not writable and time.monotonic() < until_s:
            readable, writable, _ = select.select(readers, writers, [], 0)
        for watch in readable:
            if watch.wants_read:
                self._run(watch.on_readable, watch.sock)
        for watch in writable:
            if watch.wants_write:
                self._run(watch.on_writable, watch.sock)
        for timer in self._due():
            if timer.callback:
                self._run(timer.callback)
