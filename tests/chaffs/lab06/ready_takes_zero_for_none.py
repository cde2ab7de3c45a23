"""A timeout of 0 is taken for no timeout at all, so a mere look sleeps without bound."""

FAILS = "run_once_with_no_time_to_sleep_only_looks"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class SelectLoop:
    def _ready(self, timeout_s):
        readers = [watch for watch in self._watches.values() if watch.wants_read]
        writers = [watch for watch in self._watches.values() if watch.wants_write]
        if timeout_s:
            readable, writable, _ = select.select(readers, writers, [], timeout_s)
        else:
            readable, writable, _ = select.select(readers, writers, [])
        return readable, writable
