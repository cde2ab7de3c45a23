"""What running processes have cost so far: processor time and memory, as the kernel counts them.

Knows process ids only, not what the processes do.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import psutil

STILL_S, STILL_CPU_S = 0.25, 0.002  # so long with less work than this: it waits for something
GIVE_UP_S = 10.0


def cpu_s(pids: Sequence[int]) -> float:
    """Processor seconds, user and system, that these processes have taken since they began.

    `/proc/PID/stat` counts ticks of 10 ms. The kernel also has a clock for each process that
    counts nanoseconds, threads that have ended included, and Linux makes its number from the id:
    see clock_getcpuclockid(3). Raises ProcessLookupError if one has ended.
    """
    return sum(time.clock_gettime_ns(_cpu_clock(pid)) for pid in pids) / 1e9


def _cpu_clock(pid: int) -> int:
    clock = (~pid << 3) | 2  # 2: CPUCLOCK_SCHED (linux/posix-timers.h)
    try:
        time.clock_getres(clock)
    except OSError as error:
        raise ProcessLookupError(f"process {pid} has ended") from error
    return clock


def memory_bytes(pids: Sequence[int]) -> int:
    """Memory outside the kernel: what is theirs alone, and their share of what they share (PSS).

    Raises psutil.Error if a process has ended, or may not be looked at.
    """
    return sum(psutil.Process(pid).memory_full_info().pss for pid in pids)


def wait_until_still(pids: Sequence[int]) -> None:
    """Block until the processes have nothing to do, for GIVE_UP_S at the most.

    Whoever never rests (a garbage collector, a busy loop) is measured as it is.
    """
    deadline_s = time.monotonic() + GIVE_UP_S
    before_s, now_s = -1.0, cpu_s(pids)
    while now_s - before_s > STILL_CPU_S and time.monotonic() < deadline_s:
        time.sleep(STILL_S)  # the stretch of time over which is measured
        before_s, now_s = now_s, cpu_s(pids)
