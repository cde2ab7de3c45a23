"""Leaves a child behind that has left its group, parent and descriptors."""

import os


def local_endpoint(sock):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.closerange(0, 4096)
            while True:
                pass
        os._exit(0)
