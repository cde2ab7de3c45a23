"""In the main thread, which it takes for the loop's, it calls back on the spot and out of order."""

FAILS = "call_from_thread_leaves_the_call_to_a_turn"
BELIEVES = "any-thread-may-call"
WRITTEN = "without sight of the checks"


class SelectLoop:
    def call_from_thread(self, callback):
        if threading.current_thread() is threading.main_thread():
            callback()
            return
        self._calls.append(callback)
        with suppress(OSError):
            self._waker.send(b"!")
