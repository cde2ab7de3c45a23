"""Insists that the waker takes each byte, though one is enough to wake up."""

FAILS = "call_from_thread_never_blocks"
BELIEVES = "a-byte-for-each-call"


class SelectLoop:
    def call_from_thread(self, callback):
        self._calls.append(callback)
        self._waker.setblocking(True)
        self._waker.sendall(b"!")
