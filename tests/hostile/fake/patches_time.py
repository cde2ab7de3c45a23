"""Stops the clock, so that no time passes."""

import time

time.monotonic = time.time = time.perf_counter = lambda: 0.0


def local_endpoint(sock):
    time.sleep(60)
