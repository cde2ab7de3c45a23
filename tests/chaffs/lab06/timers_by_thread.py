"""Leaves the timer to a thread, which calls in the loop's place."""

FAILS = "call_later_leaves_the_call_to_a_turn"
BELIEVES = "any-thread-may-call"


class SelectLoop:
    def call_later(self, delay_s, callback):
        timer = Timer(time.monotonic() + delay_s, callback)

        def ring():
            if timer.callback:
                timer.callback()

        thread = threading.Timer(delay_s, ring)
        thread.daemon = True
        thread.start()
        return timer
