"""Leaves shared memory behind, which outlives its process and no limit bounds."""

import ctypes

libc = ctypes.CDLL(None)
libc.shmat.restype = ctypes.c_void_p


def local_endpoint(sock):
    for _ in range(4):
        number = libc.shmget(0, 1 << 26, 0o1600)
        ctypes.memset(libc.shmat(number, None, 0), 1, 1 << 26)
    libc.semget(0, 100, 0o1600)
    libc.msgget(0, 0o1600)
    raise OSError(f"segment {number}")
