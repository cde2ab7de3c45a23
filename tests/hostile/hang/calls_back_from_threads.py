"""Calls a callback from fifty threads at once, for ever."""

import threading

LAB = "06"


class SelectLoop:
    def call_from_thread(self, callback):
        def again():
            while True:
                callback()

        for _ in range(50):
            threading.Thread(target=again).start()
