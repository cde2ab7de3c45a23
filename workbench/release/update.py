"""Writes an edition into a folder, for the first time or again, and leaves a student's work alone.

Knows paths and bytes, and which files a student edits; nothing of what is in them.
"""

from __future__ import annotations

import json
import os
from fnmatch import fnmatch
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # at run time it would bring nbformat to every command: a second of start
    from workbench.release.edition import Files

#: What the last release wrote: path → SHA-256. Only by this a changed file is told from an old one.
MANIFEST = ".workbook.json"
#: Files that a student edits. All others are the workbook's, and are repaired.
STUDENTS_OWN = ("labs/lab*.py", "notebooks/*.ipynb")


class ReleaseRefused(Exception):
    """Nothing was written: the text says why."""


class Outcome(NamedTuple):
    """Paths by what became of them."""

    added: list[str]
    repaired: list[str]
    same: list[str]
    left_alone: list[str]


def write_edition(files: Files, folder: Path, *, force: bool = False) -> Outcome:
    """Adds what is missing in `folder`, repairs what differs, and says what it left alone.

    A file that a student edits is written only where it is missing, or still is as a release wrote
    it. Blocks on the disk only. Raises ReleaseRefused, before anything is written, where `folder`
    is the project itself, or has something in it and is no edition (`force` writes nevertheless,
    and replaces what is in the way); OSError where the disk does.
    """
    if (folder / "lab_solutions").exists():
        raise ReleaseRefused(f"{folder} holds the reference: name a folder of its own for students")
    written = _manifest(folder)
    if not written and not force and (strange := _visible_entries(folder)):
        raise ReleaseRefused(
            f"{folder} is in use, and no release wrote it: it has {', '.join(strange[:5])} …. "
            "Name another folder; --force writes into this one"
        )
    outcome = _plan(files, folder, written)
    for path in outcome.added + outcome.repaired:
        write_whole(folder / path, files[path])
    ours = {path: digest(content) for path, content in files.items()}
    write_whole(folder / MANIFEST, json.dumps(written | ours, indent=1, sort_keys=True).encode())
    return outcome


def _plan(files: Files, folder: Path, written: dict[str, str]) -> Outcome:
    outcome = Outcome([], [], [], [])
    for path, content in sorted(files.items()):
        target = folder / path
        there = target.read_bytes() if target.exists() else None
        if there is None:
            outcome.added.append(path)
        elif there == content:
            outcome.same.append(path)
        elif is_students_own(path) and digest(there) != written.get(path):
            outcome.left_alone.append(path)
        else:
            outcome.repaired.append(path)
    return outcome


def _visible_entries(folder: Path) -> list[str]:
    """What lies in a folder, hidden entries such as `.git` aside."""
    entries = folder.iterdir() if folder.is_dir() else []
    return sorted(entry.name for entry in entries if not entry.name.startswith("."))


def is_students_own(path: str) -> bool:
    return any(fnmatch(path, pattern) for pattern in STUDENTS_OWN)


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()


def _manifest(folder: Path) -> dict[str, str]:
    """What the last release wrote; empty without one. Raises ReleaseRefused where it is broken."""
    path = folder / MANIFEST
    if not path.exists():
        return {}
    try:
        return dict(json.loads(path.read_text("utf-8")))
    except (ValueError, TypeError) as error:
        raise ReleaseRefused(f"{path} is broken ({error}): restore it, or delete it") from None


def write_whole(target: Path, content: bytes) -> None:
    """Writes a file whole or not at all, so that an interrupted release can be repeated."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.draft")
    draft.write_bytes(content)
    os.replace(draft, target)
