"""Users that nobody is, for students' processes: one for each process that judges.

With one user for two of them, what one submission starts could end or fill up what another one
needs. Knows no lab and no check.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
from functools import cache
from pathlib import Path

from workbench.sandbox.image import kept_folder

FIRST, COUNT = 62_000, 64  # between the ranges that distributions give to people and to services
_held: list[int] = []  # descriptors whose locks last as long as this process


@cache
def own_uid() -> int | None:
    """A user id that is this process's alone until it ends; None where we may not change users."""
    folder = kept_folder()
    for uid in range(FIRST, FIRST + COUNT):
        if _lock(folder / f"uid-{uid}"):  # before it is tried: its holder kills whatever it finds
            if not _may_become(uid):
                return None
            kill_all_of(uid)  # left over, if whoever had it before was killed
            return uid
    return None


def kill_all_of(uid: int) -> None:
    """End every process of this user. Blocks until none is left.

    kill(-1) takes them all at once, so that not even a program that forks all the time gets away.
    """
    while True:
        subprocess.run(["kill", "-KILL", "--", "-1"], user=uid, group=uid, extra_groups=[],
                       stderr=subprocess.DEVNULL, check=False)  # fmt: skip
        if not any(_uid_of(entry) == uid for entry in Path("/proc").iterdir()):
            return


def _may_become(uid: int) -> bool:
    try:
        subprocess.run(["true"], user=uid, group=uid, extra_groups=[], check=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _lock(path: Path) -> bool:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return False
    _held.append(descriptor)
    return True


def _uid_of(entry: Path) -> int | None:
    """Whose process it is; None if it is none, or has ended: a zombie does no harm."""
    if not entry.name.isdigit():
        return None
    try:
        state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
        return None if state == "Z" else entry.stat().st_uid
    except OSError:
        return None
