"""Spins, and has the clocks of its process say that it does not."""

import resource
import time

LAB = "04"
time.process_time = lambda: 0.0
resource.getrusage = lambda who: (0.0,) * 16


def send_all(sock, data):
    while True:
        pass
