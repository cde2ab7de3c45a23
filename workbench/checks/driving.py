"""Turns a student's loop while the check acts from outside, and counts its turns.

Knows of a loop only that `run_once(timeout_s)` is one turn of it, and of its lab only that it may
write exceptions to a log.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

TURN_S = 0.02
GRACE_S = 0.3  # beyond a turn's own time: one that lasts longer is left behind
LABS_LOG = "labs"  # a lab's logger is named after its module, `labs.lab06_select_loop`


class Turns:
    """The turns of a loop so far: how many have `begun`, and how many have been `completed`.

    A loop that sleeps while nothing happens makes about one in each `turn_s`; one that spins makes
    thousands.
    """

    def __init__(self, loop: Any, turn_s: float) -> None:
        self.begun = 0
        self.completed = 0
        self.raised: BaseException | None = None
        self._loop, self._turn_s = loop, turn_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="the loop", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Let the current turn be the last one. Blocks until it has ended, within the grace."""
        if not self._stop.is_set():
            self._stop.set()
            self._thread.join(self._turn_s + GRACE_S)

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                self.begun += 1
                self._loop.run_once(self._turn_s)
                self.completed += 1
        except BaseException as error:  # noqa: BLE001 - `driving` raises it in the check's thread
            self.raised = error


class _Noted(logging.Handler):
    """Keeps the first exception that a lab writes to its log."""

    def __init__(self) -> None:
        super().__init__()
        self.first: BaseException | None = None

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and self.first is None:
            self.first = record.exc_info[1]


@contextmanager
def driving(loop: Any, turn_s: float = TURN_S) -> Iterator[Turns]:
    """Call `loop.run_once(turn_s)` again and again in another thread, while the block runs.

    Gives the Turns. At the end of the block the loop stops after its current turn. Raises what the
    loop raised, or an exception of a callback that it has caught and logged: if the block fails,
    too, then this is the cause. A turn that does not end is no failure by itself: who is not served
    because of it is for the check to see.
    """
    turns, noted = Turns(loop, turn_s), _Noted()
    logging.getLogger(LABS_LOG).addHandler(noted)
    turns.start()
    try:
        yield turns
    except Exception as failure:
        turns.stop()
        if cause := turns.raised or noted.first:
            raise cause from failure
        raise
    else:
        turns.stop()
        if cause := turns.raised or noted.first:
            raise cause
    finally:
        turns.stop()
        logging.getLogger(LABS_LOG).removeHandler(noted)
