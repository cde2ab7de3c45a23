"""Asks for objects of the judge's by numbers that nobody told it."""

LAB = "06"


class SelectLoop:
    def call_later(self, delay_s, callback):
        for number in (-1, 1 << 40, True, "0", None, 5):
            callback._serving.ask_judge(number, "", ())
