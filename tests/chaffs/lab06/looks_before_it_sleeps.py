"""Looks for calls at the start of a turn, and does not wake who sleeps."""

FAILS = "call_from_thread_wakes_a_loop_that_sleeps"
BELIEVES = "select-sees-threads"


class SelectLoop:
    def call_from_thread(self, callback):
        self._calls.append(callback)

    def run_once(self, timeout_s=None):
        if self._calls:
            self._run_calls()
            return
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
            if timer.callback:
                self._run(timer.callback)
