"""Expects a full waker only: after the loop was closed the asking thread gets an OSError."""

FAILS = "call_from_thread_of_a_closed_loop_is_no_error"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class SelectLoop:
    def call_from_thread(self, callback):
        self._calls.append(callback)
        with suppress(BlockingIOError):
            self._waker.send(b"!")
