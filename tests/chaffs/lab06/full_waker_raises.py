"""Lets BlockingIOError out of a waker that is full, as if the call were lost."""

FAILS = "call_from_thread_never_blocks"
BELIEVES = "a-byte-for-each-call"


class SelectLoop:
    def call_from_thread(self, callback):
        self._calls.append(callback)
        self._waker.send(b"!")
