"""Takes select for a wait only, and calls everybody who is in the book."""

FAILS = "run_once_calls_those_who_are_readable_in_each_turn"
BELIEVES = "readable-is-data"


class SelectLoop:
    def run_once(self, timeout_s=None):
        watches = list(self._watches.values())
        readers = [watch for watch in watches if watch.wants_read]
        writers = [watch for watch in watches if watch.wants_write]
        readable, writable, _ = select.select(readers, writers, [], self._sleep_s(timeout_s))
        for watch in readers:
            if watch.wants_read:
                self._run(watch.on_readable, watch.sock)
        for watch in writers:
            if watch.wants_write:
                self._run(watch.on_writable, watch.sock)
        for timer in self._due():
            if timer.callback:
                self._run(timer.callback)
