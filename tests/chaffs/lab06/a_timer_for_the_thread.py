"""Sets a timer from the other thread, of which a sleeping loop knows nothing."""

FAILS = "call_from_thread_wakes_a_loop_that_sleeps"
BELIEVES = "select-sees-threads"


class SelectLoop:
    def call_from_thread(self, callback):
        self.call_later(0, callback)
