"""A call that runs while the check goes on: for functions that block until somebody acts.

Knows no lab. The thread is a daemon, so that a call that never returns does not stop the exit.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from workbench.checks.evidence import NeverReturned


class Call:
    """`function(*args)` in a thread of its own, begun when this is made."""

    def __init__(self, function: Callable[..., Any], *args: Any) -> None:
        self._returned: Any = None
        self._raised: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(function, args), daemon=True)
        self._thread.start()

    def _run(self, function: Callable[..., Any], args: tuple) -> None:
        try:
            self._returned = function(*args)
        except BaseException as error:  # noqa: BLE001 - whatever it is, `result` raises it
            self._raised = error

    def is_done(self) -> bool:
        """Has the call returned or raised? Does not block."""
        return not self._thread.is_alive()

    def result(self, timeout_s: float = 3.0) -> Any:
        """What the call returned; raises what it raised. Blocks for `timeout_s` at the most.

        Raises NeverReturned if it is still running then.
        """
        self._thread.join(timeout_s)
        if self._thread.is_alive():
            raise NeverReturned(f"had not returned after {timeout_s:g} s")
        if self._raised is not None:
            raise self._raised
        return self._returned
