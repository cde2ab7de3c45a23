"""Marks many submissions: some at a time, each in a process of its own, and none twice.

What is done lies in the folder of reports, so that a batch can be stopped and started again.
Must not know how one submission is marked, nor how grades are shown.
"""

from __future__ import annotations

import fcntl
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO

from workbench.checks.runner import declared_checks
from workbench.families import ROOT
from workbench.grading.choices import Choices
from workbench.grading.grade import RECORD, Grade, store, stored, write_whole
from workbench.grading.marking import chosen_families
from workbench.grading.notebooks import NOTEBOOK_LIMIT_S
from workbench.grading.staging import taken_from
from workbench.grading.submissions import Submission
from workbench.plain import plain

OWN = ".grade"  # the batch's own files, in the folder of reports
MARGIN_S = 30.0  # beyond a lab's limit: its last check, to start, to read, to write
END_LIMIT_S = 10.0
SEEDS = range(1, 1_000_000)
ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ")


class Busy(Exception):
    """Another program is marking into the same folder."""


class Batch:
    """Submissions to mark into `out`: a folder for each of them, named after it."""

    def __init__(self, submissions: list[Submission], choices: Choices, out: Path) -> None:
        self.submissions, self.choices, self.out = submissions, choices, out
        self._checks = out / OWN / "checks.json"
        self._running: set[subprocess.Popen] = set()
        self._stopping = False

    def grades(self) -> Iterator[Grade]:
        """The grade of each submission that is done; one at a time is in memory."""
        for submission in self.submissions:
            if grade := stored(self.out / submission.name):
                yield grade

    def left_to_do(self) -> list[Submission]:
        """Those without a grade for what they hold now, by these checks and choices."""
        return [one for one in self.submissions if not self._is_done(one)]

    def run(self, jobs: int, on_done: Callable[[Submission], object] = bool) -> None:
        """Marks what is left, `jobs` at a time. Blocks until all is done; calls `on_done` for each.

        Raises Busy where another program does the same. On KeyboardInterrupt the ones that are
        under way are stopped and lost; what is done stays.
        """
        self.out.mkdir(parents=True, exist_ok=True)
        with _alone_in(self.out), ThreadPoolExecutor(jobs) as pool:
            left = self.left_to_do()
            for submission in left:
                (self.out / submission.name / RECORD).unlink(missing_ok=True)
            if left:
                self._write_declared()
            at_once = max(1, jobs // max(1, len(left)))  # labs of one submission
            futures = {pool.submit(self._mark, one, at_once): one for one in left}
            try:
                for future in as_completed(futures):
                    future.result()
                    on_done(futures[future])
            except BaseException:
                self._stop()
                pool.shutdown(cancel_futures=True)
                raise

    def _is_done(self, submission: Submission) -> bool:
        grade = stored(self.out / submission.name)
        return bool(grade and grade.key == self.choices.key(taken_from(submission.folder)))

    def _write_declared(self) -> None:
        checks = declared_checks(chosen_families(self.choices))
        write_whole(self._checks, json.dumps([asdict(check) for check in checks]))

    def _mark(self, submission: Submission, at_once: int) -> None:
        """Runs one worker to its end. If it fails, the submission's record says so."""
        if self._stopping:
            return
        folder = self.out / submission.name
        why = self._work(submission, folder, at_once)
        if why and not self._stopping:
            grade = Grade(submission.name, self.choices.tier, self.choices.seed)
            grade.problems = [f"Marking it ended without a result, by no fault of its own: {why}"]
            store(grade, folder)

    def _work(self, submission: Submission, folder: Path, at_once: int) -> str:
        """Why the worker ended without a record; empty if it wrote one."""
        job = {
            "name": submission.name,
            "folder": str(submission.folder),
            "out": str(folder),
            "choices": self.choices._asdict(),
            "checks": str(self._checks),
            "at_once": at_once,
        }
        command = [sys.executable, "-m", "workbench.grading.worker", json.dumps(job)]
        with tempfile.TemporaryFile() as printed:
            with subprocess.Popen(
                command,
                cwd=ROOT,
                env=_environment(),
                stdin=subprocess.PIPE,  # its end of file is how a worker learns that we are gone
                stdout=printed,
                stderr=printed,
                start_new_session=True,  # Ctrl-C is for this program, which then stops the workers
            ) as worker:
                self._running.add(worker)
                try:
                    status = worker.wait(self._limit_s())
                except subprocess.TimeoutExpired:
                    _end(worker)
                    return f"it was not done after {self._limit_s():g} s"
                finally:
                    self._running.discard(worker)
            return f"status {status}: {_end_of(printed)}" if status else ""

    def _limit_s(self) -> float:
        runs = len(self.choices.labs) * (2 if self.choices.again_seed else 1)
        notebooks_s = NOTEBOOK_LIMIT_S * len(self.choices.labs) if self.choices.notebooks else 0
        return runs * (self.choices.lab_limit_s + MARGIN_S) + notebooks_s + MARGIN_S

    def _stop(self) -> None:
        self._stopping = True
        for worker in list(self._running):
            worker.stdin.close()  # all of them first: each needs a moment
        for worker in list(self._running):
            _end(worker)


def _end(worker: subprocess.Popen) -> None:
    """Tells a worker to end, and with it what it started; one that does not listen is killed."""
    worker.stdin.close()
    try:
        worker.wait(END_LIMIT_S)
    except subprocess.TimeoutExpired:
        os.killpg(worker.pid, signal.SIGKILL)


def seed_of(out: Path, seed: int) -> int:
    """The seed of a batch: the one that is asked for, else that of its first start, else drawn.

    A batch that is started again must not mark the rest by other payloads.
    """
    path = out / OWN / "seed"
    if not seed and path.exists():
        seed = int(path.read_text("ascii"))
    seed = seed or random.SystemRandom().choice(SEEDS)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, str(seed))
    return seed


@contextmanager
def _alone_in(out: Path) -> Iterator[None]:
    """Holds the folder's lock, which the kernel lets go of when this program ends in any way."""
    (out / OWN).mkdir(parents=True, exist_ok=True)
    with (out / OWN / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(f"{out}: another program is marking into this folder now") from None
        yield


def _environment() -> dict[str, str]:
    """What a worker gets: no token and no setting of a CI job or of the teacher's shell."""
    return {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}


def _end_of(printed: IO[bytes]) -> str:
    printed.seek(max(0, printed.seek(0, os.SEEK_END) - 500))
    return plain(printed.read().decode(errors="replace").strip())
