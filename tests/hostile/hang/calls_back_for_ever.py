"""Calls the callback that it was given again and again, with all that fits."""

LAB = "06"


class SelectLoop:
    def register(self, sock, on_readable, on_writable):
        while True:
            on_readable()

    def unregister(self, sock):
        pass
