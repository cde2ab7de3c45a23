"""Finds the submissions under the paths that a teacher names, and gives each a name of its own.

Opens no file of a submission and must not know how one is marked.
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

LAB_FILE = re.compile(r"lab[0-9][0-9]_[A-Za-z0-9_]{1,60}\.py")
NAME_LIMIT_BYTES = 120  # a disk that encrypts names holds 143, and a digest may follow
ENTRIES_LIMIT = 2_000  # of one folder: a folder with more is no submission that a person made
HANDED_IN = {".zip", ".gz", ".xz", ".tar", ".tgz", ".7z", ".rar", ".py", ".ipynb"}
SKIPPED = {"__MACOSX", "__pycache__"}  # what archives and systems leave behind


class Submission(NamedTuple):
    """One folder to mark. `name` is unique in its batch and safe as a file name."""

    name: str
    folder: Path


def find_submissions(paths: Iterable[Path], leave_out: Path | None = None) -> list[Submission]:
    """The submissions in `paths`: a folder with labs is one, any other folder holds a class.

    `leave_out` is a folder that is none: the one that reports go to. Each folder comes once.
    """
    folders = dict.fromkeys(
        folder for path in paths for folder in _submissions_in(path) if folder != leave_out
    )
    found: dict[str, Submission] = {}
    for folder in folders:
        name = _safe(folder.name)
        if name in found or name != unicodedata.normalize("NFC", folder.name):
            name = f"{name}-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:8]}"
        found[name] = Submission(name, folder)
    return list(found.values())


def labs_folder(folder: Path) -> Path | None:
    """Where the lab files of a submission lie: in `labs/`, in itself, or so in its only folder.

    None where there are none. Follows no link: one could lead to another's work.
    """
    inner = [entry for entry in entries_of(folder) if _is_folder(entry)]
    outer = [folder, *(inner if len(inner) == 1 else [])]
    places = (place for at in outer for place in (at / "labs", at))
    return next(filter(_holds_labs, places), None)


def _holds_labs(place: Path) -> bool:
    return _is_folder(place) and any(LAB_FILE.fullmatch(entry.name) for entry in entries_of(place))


def _submissions_in(path: Path) -> Iterator[Path]:
    """`path` itself, or what a class has handed in there: one of its folders has labs, then."""
    path = path.resolve()
    if path.is_dir() and not _has_labs(path):
        children = list(entries_of(path))
        if any(_is_folder(child) and labs_folder(child) for child in children):
            yield from filter(_was_handed_in, children)
            return
    yield path


def _has_labs(folder: Path) -> bool:
    return labs_folder(folder) in (folder, folder / "labs")


def _was_handed_in(path: Path) -> bool:
    """A folder, or what somebody may have handed in instead of one: it gets a word of its own."""
    return path.is_dir() or path.is_symlink() or path.suffix in HANDED_IN


def entries_of(folder: Path) -> list[Path]:
    """What a folder shows, sorted; hidden entries and leftovers of archives are left out."""
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in islice(entries, ENTRIES_LIMIT)]
    except OSError:
        return []
    return [folder / name for name in sorted(names) if name[0] != "." and name not in SKIPPED]


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _safe(name: str) -> str:
    """`name` as a plain file name: without what a shell, a page or a system could mistake.

    Letters of any script stay, so that a teacher knows who it is. NFC, since one archive writes
    `å` as one character and another one as two.
    """
    letters = "".join(c if _may_stay(c) else " " for c in unicodedata.normalize("NFC", name))
    safe = re.sub(" +", "_", letters).lstrip(".-")
    if safe and unicodedata.category(safe[0])[0] == "M":
        safe = f"_{safe}"  # a mark would sit on what stands before the name
    return safe.encode()[:NAME_LIMIT_BYTES].decode(errors="ignore") or "unnamed"


def _may_stay(character: str) -> bool:
    """A letter, its mark or a digit, of a script that the file system's encoding has."""
    try:
        os.fsencode(character)
    except UnicodeEncodeError:
        return False
    return character in "._-" or unicodedata.category(character)[0] in "LMN"
