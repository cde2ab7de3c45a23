"""Asks for private attributes of an object that the judge has lent."""

LAB = "06"


class SelectLoop:
    def call_later(self, delay_s, callback):
        asking = callback._serving
        for name in ("__globals__", "__class__", "__reduce__", "_remote", "__call__.__globals__"):
            asking.ask_judge(callback._number, name, ())
