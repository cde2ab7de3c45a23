"""Calls straight away, so that one connection's bug is everyone's."""

FAILS = "run_once_survives_a_callback_that_raises"
BELIEVES = "one-bug-one-connection"


class SelectLoop:
    def run_once(self, timeout_s=None):
        watches = list(self._watches.values())
        readers = [watch for watch in watches if watch.wants_read]
        writers = [watch for watch in watches if watch.wants_write]
        readable, writable, _ = select.select(readers, writers, [], self._sleep_s(timeout_s))
        for watch in readable:
            if watch.wants_read:
                watch.on_readable()
        for watch in writable:
            if watch.wants_write:
                watch.on_writable()
        for timer in self._due():
            if timer.callback:
                self._run(timer.callback)
