"""What a check gets: the student's lab, and the means to act and to look.

In-process, `student` is the module itself, imported afresh for each check; with `--isolated` it
stands for a process in a sandbox, a new one for each check. Knows nothing of verdicts and reports.
"""

from __future__ import annotations

import importlib
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from workbench.checks import evidence
from workbench.checks.background import Call
from workbench.checks.deadline import deadline
from workbench.checks.descriptors import limited_descriptors
from workbench.checks.driving import Turns
from workbench.checks.driving import driving as drive
from workbench.families import family_of_lab
from workbench.journal import Journal
from workbench.peers import Peers

if TYPE_CHECKING:
    from workbench.sandbox.student import Lab

IMPORT_LIMIT_S = 3.0
LETTERS = b"abcdefghijkmnpqrstuvwxyz23456789" * 8  # for each of the 256 bytes
BROKEN = pytest.StashKey[str]()


class LabBroken(Exception):
    """The lab can't be imported, so that none of its checks can run."""


def within(config: pytest.Config, limit_s: float) -> float:
    """The limit, or what `--limit-s` allows at most."""
    return min(limit_s, config.option.limit_s or limit_s)


@pytest.fixture
def own_chain(request: pytest.FixtureRequest) -> bool:
    """Are the labs below of the same tree, too, and not of the reference? Only in a sandbox."""
    return getattr(request, "param", False)


@pytest.fixture
def student(request: pytest.FixtureRequest, own_chain: bool) -> Iterator[ModuleType | Lab]:
    """The lab under test, imported afresh so that nothing is left over from another check."""
    if not request.config.stash[BROKEN]:
        with _opened(request, own_chain) as lab:
            yield lab
            return
    raise LabBroken(request.config.stash[BROKEN])


@contextmanager
def _opened(request: pytest.FixtureRequest, own_chain: bool) -> Iterator[ModuleType | Lab]:
    """The lab, from a sandbox or in this process. Raises LabBroken if it can't be imported."""
    family = family_of_lab(request.path.name.removeprefix("test_"))
    with ExitStack() as opened:
        if request.config.option.isolated:
            from workbench.checks.isolation import sandboxed

            remote = opened.enter_context(sandboxed(request.config.option, family, own_chain))
            request.node.stash[evidence.REMOTE] = remote
            load = remote.load
        else:
            load = _imported_afresh
        try:
            with deadline(within(request.config, IMPORT_LIMIT_S)):
                lab = load(family.module)
        except BaseException as error:  # noqa: BLE001 - a lab may raise SystemExit at import
            why = evidence.of_import(family.module, error)
            if not own_chain:  # else it is another lab that is broken
                request.config.stash[BROKEN] = why
            raise LabBroken(why) from None
        yield lab


def _imported_afresh(module: str) -> ModuleType:
    for name in [name for name in sys.modules if name.partition(".")[0] == "labs"]:
        del sys.modules[name]
    return importlib.import_module(module)


@pytest.fixture
def nonce(request: pytest.FixtureRequest) -> Callable[[int], bytes]:
    """`nonce(30)` gives 30 bytes that nobody knew before this check, printable ASCII."""
    rng = random.Random(f"{request.config.option.seed} {request.node.name}")
    return lambda count: rng.randbytes(count).translate(LETTERS)


@pytest.fixture
def background() -> Callable[..., Call]:
    """`background(function, *args)` starts a call that blocks, so that the check can act."""
    return Call


@pytest.fixture
def driving() -> Callable[..., AbstractContextManager[Turns]]:
    """`with driving(loop) as turns:` turns the student's loop meanwhile, and counts."""
    return drive


@pytest.fixture
def in_a_row(request: pytest.FixtureRequest, student: ModuleType | Lab) -> Callable[..., list]:
    """`in_a_row([(object, "method", argument …), …])` gives the result of each call, in order.

    For thousands of calls: to a sandbox they cross all at once, so that it costs no time.
    """
    remote = request.node.stash.get(evidence.REMOTE, None)
    return remote.row if remote else lambda calls: [getattr(o, n)(*args) for o, n, *args in calls]


@pytest.fixture
def cpu_s(request: pytest.FixtureRequest, student: ModuleType | Lab) -> Callable[[], float]:
    """`cpu_s()` is the CPU time that the student's process has used so far, in seconds."""
    remote = request.node.stash.get(evidence.REMOTE, None)
    return remote.sandbox.cpu_s if remote else time.process_time


@pytest.fixture
def descriptors(request: pytest.FixtureRequest, student: ModuleType | Lab) -> Callable[[], int]:
    """`descriptors()` is how many descriptors are open: the check's own and the student's."""
    remote = request.node.stash.get(evidence.REMOTE, None)
    return remote.count_descriptors if remote else lambda: len(os.listdir("/dev/fd"))


@pytest.fixture
def descriptors_left(
    request: pytest.FixtureRequest, student: ModuleType | Lab
) -> Callable[[int], AbstractContextManager[None]]:
    """`with descriptors_left(4):` the student's process can open four more, and then no other."""
    remote = request.node.stash.get(evidence.REMOTE, None)
    return lambda count: limited_descriptors(count, remote.sandbox.pid if remote else os.getpid())


@pytest.fixture
def journal() -> Journal:
    """The record of this check: what each end did, in order."""
    return Journal()


@pytest.fixture
def peers(request: pytest.FixtureRequest, journal: Journal) -> Iterator[Peers]:
    """Other ends of connections, which keep to a script; see workbench.peers."""
    with Peers(journal, seed=request.config.option.seed, recorded=True) as peers:
        yield peers
