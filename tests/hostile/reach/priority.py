"""Takes precedence over all other programs."""

import os


def local_endpoint(sock):
    for attempt in (
        lambda: os.setpriority(os.PRIO_PROCESS, 0, -20),
        lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50)),
    ):
        try:
            attempt()
        except OSError:
            continue
        raise RuntimeError("BREACH: precedence")
