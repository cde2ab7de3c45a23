"""Sends a byte only if the queue was empty, believing that a call which still stands there will have the new one found, too."""

FAILS = "call_from_thread_wakes_a_loop_that_is_at_its_calls"
BELIEVES = "select-sees-threads"
WRITTEN = "without sight of the checks"


class SelectLoop:
    def call_from_thread(self, callback):
        was_empty = not self._calls
        self._calls.append(callback)
        if was_empty:
            with suppress(OSError):
                self._waker.send(b"!")
