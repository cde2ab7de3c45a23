"""A network of its own for a process that judges and for all that it starts: only loopback.

Knows no lab and no check.
"""

from __future__ import annotations

import fcntl
import socket
import struct
import subprocess
from functools import cache

IFF_UP = 1
SIOCGIFFLAGS, SIOCSIFFLAGS = 0x8913, 0x8914  # linux/sockios.h
LOOPBACK = b"lo"
TRIAL_LIMIT_S = 5.0
#: As root it is a matter of course; others may do it as the root of a namespace of their own.
WAYS = (("unshare", "--net"), ("unshare", "--user", "--map-root-user", "--net"))


@cache
def own_network() -> tuple[str, ...]:
    """What to put before a command so that it runs in a new network; () where none is permitted."""
    return next((way for way in WAYS if _works(way)), ())


def _works(way: tuple[str, ...]) -> bool:
    try:
        run = subprocess.run(
            [*way, "true"], capture_output=True, timeout=TRIAL_LIMIT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return run.returncode == 0


def bring_loopback_up() -> None:
    """In a new network it is down. Raises OSError where we may not."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        name = struct.pack("16sH22x", LOOPBACK, 0)
        (flags,) = struct.unpack_from("H", fcntl.ioctl(asking, SIOCGIFFLAGS, name), 16)
        if not flags & IFF_UP:
            fcntl.ioctl(asking, SIOCSIFFLAGS, struct.pack("16sH22x", LOOPBACK, flags | IFF_UP))
