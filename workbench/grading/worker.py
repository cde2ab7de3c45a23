"""Marks one submission in a process of its own: `python -m workbench.grading.worker JOB`.

It ends when its parent does, and writes one record, whole or not at all. Must not know of others.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from workbench.checks.results import CheckResult
from workbench.grading.choices import Choices
from workbench.grading.grade import store
from workbench.grading.marking import marked
from workbench.grading.submissions import Submission

INTERRUPTED = 130


def main(job: dict[str, Any]) -> None:
    """Marks what `job` names. The exit status is 0 if its record was written."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    choices = Choices(**job["choices"])
    checks = json.loads(Path(job["checks"]).read_text("utf-8"))
    declared = [CheckResult(**check) for check in checks if check["lab"] in choices.labs]
    submission = Submission(job["name"], Path(job["folder"]))
    store(marked(submission, choices, declared, job["at_once"]), Path(job["out"]))


def _end_with_parent() -> None:
    """The parent holds the other end of stdin: end of file means that it is gone, or says stop.

    The signal goes to all processes of this one's group, which is its own: it leads a session.
    """
    os.read(sys.stdin.fileno(), 1)  # sys.stdin has a lock that a thread must not hold at exit
    os.killpg(0, signal.SIGINT)


if __name__ == "__main__":
    try:
        main(json.loads(sys.argv[1]))
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
