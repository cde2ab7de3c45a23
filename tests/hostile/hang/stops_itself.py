"""Stops its own process: who waits for it to end waits for ever."""

import os
import signal


def local_endpoint(sock):
    os.kill(os.getpid(), signal.SIGSTOP)
