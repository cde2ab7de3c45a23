"""A bound on the time that code of the main thread takes, even if it loops or catches everything.

Uses SIGALRM, so it works on POSIX systems and in the main thread only.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


class TimeIsUp(BaseException):
    """Not an Exception, so that `except Exception` in the code under test does not swallow it."""


@contextmanager
def deadline(limit_s: float) -> Iterator[None]:
    """Raises TimeIsUp inside the block after `limit_s` seconds, and again until it is left."""

    def ring(signum: int, frame: object) -> None:
        raise TimeIsUp(f"had not returned after {limit_s:g} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, limit_s, 0.2)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
