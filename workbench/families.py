"""The families of the workbook: one table, from which every file of a family gets its name.

Knows where things lie. Imports no lab and no notebook.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent


class Family(NamedTuple):
    """A notebook, the lab that goes with it (00 has none), its reference and its checks."""

    number: str
    name: str
    question: str
    adds: str

    @property
    def stem(self) -> str:
        return f"{self.number}_{self.name}"

    @property
    def module(self) -> str:
        """The lab's name as a module: `labs.lab03_partial_recv`."""
        return f"labs.lab{self.stem}"

    @property
    def notebook(self) -> Path:
        return ROOT / "notebooks" / f"{self.stem}.ipynb"

    @property
    def reference(self) -> Path:
        return ROOT / "lab_solutions" / f"lab{self.stem}.py"

    @property
    def checks(self) -> Path:
        return ROOT / "tests" / f"test_lab{self.stem}.py"


FAMILIES = (
    Family("00", "start_here", "Can my machine do this? What will I build?", "the map"),
    Family("01", "five_tuple", "What names a connection?", "every connection's name in the log"),
    Family("02", "accept", "Why are there two sockets on one port?", "the front door"),
    Family("03", "partial_recv", "Why did only half of it arrive?", "reading, in any slicing"),
    Family("04", "partial_send", "Why did `send` lie?", "writing with a bound; four endings"),
    Family("05", "http_forwarding", "What does a proxy do to a message?", "a first working proxy"),
    Family("06", "select_loop", "Who is ready?", "many clients, one thread"),
    Family("07", "connect_tunnel", "What if the proxy must not read it?", "tunnels: HTTPS"),
    Family("08", "full_proxy", "Does it survive the real world?", "the complete proxy"),
    Family("09", "beyond_select", "How far does it go?", "thousands of tunnels, zero copies"),
)


class UnknownLab(ValueError):
    """There is no such lab: the text says which ones there are."""


def family_of_lab(lab: str) -> Family:
    """The family of a lab, by "1", "01", "lab01", "01_five_tuple" and the like.

    Raises UnknownLab where there is none, or where its checks are not there yet.
    """
    number = lab.lower().removeprefix("lab")[:2].rstrip("_").zfill(2)
    for family in FAMILIES:
        if family.number == number and family.checks.exists():
            return family
    known = ", ".join(family.number for family in FAMILIES if family.checks.exists())
    raise UnknownLab(f"there is no lab {lab!r}: name one of {known}")


def lab_tree() -> Path:
    """The folder that serves `labs` now: see labs/__init__.py, which raises where it can't."""
    return (ROOT / (os.environ.get("LABS") or "labs")).resolve()


def relative(path: Path) -> str:
    """`path` as a person in the project's folder would type it."""
    return os.path.relpath(path, ROOT) if path.is_relative_to(ROOT) else str(path)
