"""When the waker has no room for a byte the call is taken back."""

FAILS = "call_from_thread_never_blocks"
BELIEVES = "a-byte-for-each-call"
WRITTEN = "without sight of the checks"


class SelectLoop:
    def call_from_thread(self, callback):
        self._calls.append(callback)
        try:
            self._waker.send(b"!")
        except OSError:
            self._calls.pop()
