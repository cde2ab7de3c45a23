"""Gives select the same list twice, and calls on_writable of whoever is in the second answer."""

FAILS = "run_once_does_not_ask_about_writing_at_first"
BELIEVES = "watch-writable"


class SelectLoop:
    def run_once(self, timeout_s=None):
        watches = list(self._watches.values())
        readers = [watch for watch in watches if watch.wants_read]
        readable, writable, _ = select.select(readers, watches, [], self._sleep_s(timeout_s))
        for watch in readable:
            if watch.wants_read:
                self._run(watch.on_readable, watch.sock)
        for watch in writable:
            if watch.sock in self._watches and watch.sock is not self._wake_me:
                self._run(watch.on_writable, watch.sock)
        for timer in self._due():
            if timer.callback:
                self._run(timer.callback)
