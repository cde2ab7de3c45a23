"""Takes from a submission what is marked: plain lab files of bounded size, and nothing else.

Follows no link and runs nothing. Must not know how labs are checked.
"""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path

from workbench.families import ROOT, Family
from workbench.grading.submissions import ENTRIES_LIMIT, LAB_FILE, entries_of, labs_folder
from workbench.skeletons import exercises_in

FILE_LIMIT_BYTES = 256 * 1024  # the longest lab of the reference has a tenth
NAMED_LIMIT = 25  # of files not taken: more would hide what matters


class NotTaken(Exception):
    """A file is left where it is; the text says why."""


@dataclass
class Taken:
    """What a submission has to mark: file name → source, and what was left, with the reasons."""

    files: dict[str, bytes] = field(default_factory=dict)
    not_taken: list[tuple[str, str]] = field(default_factory=list)
    problem: str = ""  # why there is nothing to mark

    def of(self, family: Family) -> dict[str, bytes]:
        """The files of one lab."""
        prefix = f"lab{family.number}_"
        return {name: text for name, text in self.files.items() if name.startswith(prefix)}


@cache
def students_files() -> frozenset[str]:
    """Names of the lab files that a student writes: those of the reference with an exercise."""
    references = (ROOT / "lab_solutions").glob("lab[0-9][0-9]_*.py")
    return frozenset(p.name for p in references if any(exercises_in(p.read_text("utf-8"))))


def taken_from(folder: Path) -> Taken:
    """Reads the lab files of a submission. Blocks on the disk only, and raises nothing."""
    taken = Taken()
    if folder.is_symlink() or not folder.is_dir():
        kind = "a link, which is not followed" if folder.is_symlink() else "a file"
        taken.problem = f"It is {kind}: hand in a folder with labs/ in it, not packed."
        return taken
    labs = labs_folder(folder)
    if labs is None:
        taken.problem = (
            "There is no lab in it: hand in a folder with labs/ in it, which holds files such as "
            "lab01_five_tuple.py. (Notebooks are not marked, and archives are not unpacked.)"
        )
    else:
        _take(labs, taken)
        taken.not_taken += [
            (entry.name, "not part of the workbook")
            for entry in entries_of(folder)
            if labs not in (entry, folder) and not (ROOT / entry.name).exists()
        ]
        if not taken.files:
            taken.problem = "None of its lab files could be taken."
    del taken.not_taken[NAMED_LIMIT:]
    return taken


def _take(labs: Path, taken: Taken) -> None:
    with os.scandir(labs) as entries:
        names = sorted(entry.name for entry in islice(entries, ENTRIES_LIMIT))
    here = os.open(labs, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        for name in names:
            if name in ("__init__.py", "__pycache__"):
                continue  # everybody has them; the teacher's own `__init__.py` serves
            try:
                taken.files[name] = _source(name, here)
            except NotTaken as why:
                taken.not_taken.append((name, str(why)))
    finally:
        os.close(here)


def _source(name: str, folder: int) -> bytes:
    """The text of one lab file. Raises NotTaken, with the reason."""
    if not LAB_FILE.fullmatch(name):
        raise NotTaken("no lab file")
    if name not in students_files():
        given = (ROOT / "lab_solutions" / name).exists()
        raise NotTaken("given: the teacher's own serves" if given else "no lab has this name")
    try:
        # Without O_NONBLOCK the open of a named pipe waits for a writer.
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError as error:
        is_link = error.errno == errno.ELOOP  # what O_NOFOLLOW answers
        raise NotTaken("a link" if is_link else f"not readable: {error.strerror}") from None
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise NotTaken("no plain file")
        with open(file, "rb", closefd=False) as opened:
            return _checked(opened.read(FILE_LIMIT_BYTES + 1))
    finally:
        os.close(file)


def _checked(text: bytes) -> bytes:
    if len(text) > FILE_LIMIT_BYTES:
        raise NotTaken(f"longer than {FILE_LIMIT_BYTES // 1024} KiB")
    if b"\0" in text:
        raise NotTaken("binary: no Python source")
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        raise NotTaken("no text in UTF-8") from None
    return text


def write_tree(folder: Path, files: dict[str, bytes]) -> None:
    """Writes what was taken into a new folder: a tree of labs, but for what is missing."""
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_bytes(text)
