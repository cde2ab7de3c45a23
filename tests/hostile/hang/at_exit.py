"""Does not end when it is told to."""

import atexit


def never():
    while True:
        pass


atexit.register(never)
