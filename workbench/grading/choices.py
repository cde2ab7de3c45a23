"""What a teacher chose for a batch, and the key by which a grade is known to be up to date.

Knows which files decide about marks. Must not know how marking is done.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from workbench.families import ROOT
from workbench.grading.staging import Taken


class Format(StrEnum):
    """A way to write grades. The JSON of `labgrade/1` is always written."""

    HTML = "html"
    MARKDOWN = "md"
    JUNIT = "junit"
    GRADESCOPE = "gradescope"
    CLASSROOM50 = "classroom50"
    GITHUB = "github"


#: What decides about marks: the checks, all that they use, and the labs that serve below a lab.
DECISIVE = ("tests/test_lab[0-9][0-9]_*.py", "lab_solutions/*.py", "workbench/**/*.py")


class Choices(NamedTuple):
    """One batch's choices. `again_seed` is 0 if everything is marked once only.

    `version` is that of the checks when the batch began: see `version_of_checks`.
    """

    labs: tuple[str, ...]
    seed: int
    again_seed: int = 0
    tier: str = "plain"
    lab_limit_s: float = 60.0
    notebooks: bool = False
    version: str = ""

    def key(self, taken: Taken) -> str:
        """The same for the same files, checks and choices; another one if any of these changed."""
        what = json.dumps(self).encode()
        parts = [
            part for name in sorted(taken.files) for part in (name.encode(), taken.files[name])
        ]
        return _digest([what, taken.problem.encode(), *parts])


def version_of_checks(with_notebooks: bool) -> str:
    """A digest of every file that decides about marks, and of Python's version."""
    patterns = (*DECISIVE, "notebooks/*.ipynb") if with_notebooks else DECISIVE
    paths = sorted(path for pattern in patterns for path in ROOT.glob(pattern))
    return _digest([sys.version.encode(), *(part for path in paths for part in _named(path))])


def _named(path: Path) -> tuple[bytes, bytes]:
    return str(path.relative_to(ROOT)).encode(), path.read_bytes()


def _digest(parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()
