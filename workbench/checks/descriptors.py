"""A process that can open few descriptors more: for what a lab does when there are none left.

Knows no lab, and not whether the process is this one. Linux only.
"""

from __future__ import annotations

import itertools
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def limited_descriptors(count: int, pid: int) -> Iterator[None]:
    """Within the block the process can open `count` descriptors more.

    The limit is about numbers, and a new descriptor takes the lowest one that is free: so it is set
    to the number of the first that must not be taken. Those that are open stay open.
    """
    taken = {int(number) for number in os.listdir(f"/proc/{pid}/fd")}
    free = (number for number in itertools.count() if number not in taken)
    before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    limit = next(itertools.islice(free, count, None))
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (min(limit, before[0]), before[1]))
    try:
        yield
    finally:
        if os.path.exists(f"/proc/{pid}"):
            resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
