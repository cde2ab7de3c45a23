"""Each child forks once and ends: a list of processes is old when it is read."""

import os


def local_endpoint(sock):
    while True:
        try:
            if os.fork():
                os._exit(0)
        except OSError:
            pass
