"""Leaves a child behind that is stopped, and in a group of its own."""

import os
import signal


def local_endpoint(sock):
    if os.fork() == 0:
        os.setsid()
        os.kill(os.getpid(), signal.SIGSTOP)
        while True:
            pass
