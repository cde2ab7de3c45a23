"""Which texts a student's process imports as `labs`: those that are marked, and the reference's.

Reads files and knows no Python: whether a text is any good shows when it is imported, over there.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Set
from functools import cache
from pathlib import Path
from typing import NamedTuple

from workbench.families import Family
from workbench.sandbox.sources import Sources
from workbench.sandbox.tiers import REFERENCE
from workbench.skeletons import MARK

FILES = "lab[0-9][0-9]_*.py"
FAMILY = len("lab01")  # so many characters of a file's name say whose it is
LARGEST_BYTES = 256 * 1024  # the reference's largest has 30 KiB


class Labs(NamedTuple):
    """Module name → text, for all; → code, for those that need not be compiled over there.

    `marked` are the submission's; all others are the reference's own.
    """

    texts: dict[str, bytes]
    compiled: dict[str, bytes]
    marked: frozenset[str]

    def given(self) -> Labs:
        """Those that are the reference's own: the same for each check of a lab."""
        return self._only(self.texts.keys() - self.marked)

    def without(self, there: Labs) -> Labs:
        """What is left to send to a process that has those of `there`."""
        return self._only({n for n, text in self.texts.items() if there.texts.get(n) != text})

    def _only(self, names: Set[str]) -> Labs:
        kept = ({n: what[n] for n in what if n in names} for what in (self.texts, self.compiled))
        return Labs(*kept, self.marked & names)

    def loadable(self) -> list[str]:
        """Those of the reference that can be imported before the ones that are marked."""
        family = max(self.marked, default="")[:FAMILY]
        return [name for name in sorted(self.given().texts) if name[:FAMILY] <= family]


NO_LABS = Labs({}, {}, frozenset())


def labs_for(family: Family, tree: Path, own_chain: bool = False) -> Labs:
    """What to import: this family's lab from `tree`, and the labs below it from the reference.

    So one weak lab does not cost the later ones. With `own_chain` the labs below are those of
    `tree`, too, as far as it has them. Of a lab with several files, those that hold no exercise are
    given, and are the reference's in any case. Blocks on the disk only.
    """
    labs = reference()
    own = f"lab{family.number}_"
    written = {name for name, text in labs.items() if MARK.encode() in text}
    theirs = {path.stem: path for path in sorted(tree.glob(FILES))}
    added = {name for name in theirs if name.startswith(own)} - labs.keys()
    below = {name for name in written & theirs.keys() if name < own} if own_chain else set()
    marked = {name for name in written if name.startswith(own)}
    kept = {name: text for name, text in labs.items() if name not in marked | below}
    taken = {
        name: text_of(theirs[name]) for name in sorted((marked | below | added) & theirs.keys())
    }
    ours = {name: compiled(name, text) for name, text in kept.items()}
    return Labs(kept | taken, ours, frozenset(taken))


def reference() -> dict[str, bytes]:
    """Module name → text, for all of the reference's labs."""
    return {path.stem: path.read_bytes() for path in sorted(REFERENCE.glob(FILES))}


@cache
def compiled(name: str, text: bytes) -> bytes:
    """The code of one of the reference's own labs: nobody else's is compiled by this process."""
    return Sources({name: text}, {}).code(name)


def text_of(path: Path) -> bytes:
    """The text of a plain file of bounded size; for anything else a text that says so.

    A link could lead to a file that its author may not read, and a pipe would block.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        return _refused(path, error.strerror or "can't be read")
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        return _refused(path, "no plain file")
    with os.fdopen(descriptor, "rb") as file:
        text = file.read(LARGEST_BYTES + 1)
    return text if len(text) <= LARGEST_BYTES else _refused(path, "larger than 256 KiB")


def _refused(path: Path, why: str) -> bytes:
    return f"raise ImportError({f'{path.name}: {why}'!r})\n".encode()
