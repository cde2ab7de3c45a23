"""Wakes the loop before the callback is where the loop looks."""

FAILS = "call_from_thread_wakes_a_loop_that_sleeps"
BELIEVES = "select-sees-threads"


class SelectLoop:
    def call_from_thread(self, callback):
        with suppress(OSError):
            self._waker.send(b"!")
        self._calls.append(callback)
