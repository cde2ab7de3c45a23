"""The record of one marked submission, `labgrade/1`: what every format is made from.

Plain data that has been made harmless (see `plain`). Knows no markup and runs nothing.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from workbench.checks.results import CheckResult

SCHEMA = "labgrade/1"
RECORD = "labgrade.json"  # its name in the folder of a submission's reports


@dataclass
class LabMark:
    """One lab of a submission. `handed_in` is False where there is no file to check."""

    lab: str
    score: int = 0
    max_score: int = 0
    handed_in: bool = False
    broken: str = ""  # why the lab could not be imported
    fault: str = ""  # why it could not be marked: never the student's doing
    reminders: list[str] = field(default_factory=list)  # of rules that it seems to break
    luck: list[str] = field(default_factory=list)  # checks whose outcome depends on the seed
    seconds: float = 0.0


@dataclass
class NotebookRun:
    """A notebook of the teacher's, run with the submission's labs: formative, no marks."""

    notebook: str
    passed: int = 0
    failed: int = 0
    not_run: int = 0
    note: str = ""  # why it did not come to its end


@dataclass
class Grade:
    """All labs of one submission. `problems` says why something could not be marked."""

    submission: str
    tier: str
    seed: int
    key: str = ""  # of content, seed, checks and choices; empty if it must be marked again
    again_seed: int = 0  # of the second run, where one was asked for
    labs: list[LabMark] = field(default_factory=list)
    checks: list[CheckResult] = field(default_factory=list)
    not_taken: list[tuple[str, str]] = field(default_factory=list)  # name, reason
    problems: list[str] = field(default_factory=list)
    notebooks: list[NotebookRun] = field(default_factory=list)

    @property
    def score(self) -> int:
        return sum(mark.score for mark in self.labs)

    @property
    def max_score(self) -> int:
        return sum(mark.max_score for mark in self.labs)

    @property
    def was_marked(self) -> bool:
        """False where there was nothing to mark, or where the checks themselves broke."""
        return not self.problems and not any(mark.fault for mark in self.labs)

    def of_lab(self, lab: str) -> list[CheckResult]:
        return [check for check in self.checks if check.lab == lab]

    def as_json(self) -> dict[str, Any]:
        sums = {"score": self.score, "max_score": self.max_score}
        return {"schema": SCHEMA} | asdict(self) | sums


def from_json(record: dict[str, Any]) -> Grade:
    """The Grade that `as_json` gave. Raises KeyError, TypeError or ValueError for anything else."""
    if record["schema"] != SCHEMA:
        raise ValueError(f"this is {record['schema']}, not {SCHEMA}")
    fields = {name: record[name] for name in Grade.__dataclass_fields__}
    return Grade(
        **fields
        | {
            "labs": [LabMark(**mark) for mark in record["labs"]],
            "checks": [CheckResult(**check) for check in record["checks"]],
            "notebooks": [NotebookRun(**run) for run in record["notebooks"]],
            "not_taken": [tuple(pair) for pair in record["not_taken"]],
        }
    )


def stored(folder: Path) -> Grade | None:
    """The record in a submission's folder of reports; None where there is no whole one."""
    try:
        return from_json(json.loads((folder / RECORD).read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def store(grade: Grade, folder: Path) -> None:
    """Writes the record as a whole or not at all, whatever ends this program."""
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / RECORD, json.dumps(grade.as_json(), indent=1) + "\n")


def write_whole(path: Path, text: str) -> None:
    """Writes a file so that a reader sees the old text or the new one, never a part."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.write_text(text, "utf-8")
    partial.replace(path)
