"""Attaches to another process, as a debugger does."""

import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


def local_endpoint(sock):
    for pid in {os.getppid(), *range(2, 100_000, 7)} - {os.getpid(), 1}:
        if libc.ptrace(16, pid, 0, 0) == 0:
            raise RuntimeError(f"BREACH: attached to {pid}")
