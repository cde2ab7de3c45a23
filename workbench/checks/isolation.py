"""The process that judges, and the sandbox that it starts for each check.

Knows pytest's options and nothing of what is checked.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path

from workbench.families import Family
from workbench.sandbox import Tier, best_tier
from workbench.sandbox.network import bring_loopback_up
from workbench.sandbox.process import Sandbox
from workbench.sandbox.student import Remote
from workbench.sandbox.submission import Labs, labs_for
from workbench.sandbox.zygote import adopt_orphans

LIFE_S = 30.0  # of a sandbox, for what no check bounds: no check may take longer
COMPILE_LIMIT_S = 2.0  # a thousand times what an honest lab takes; then each process does it


def become_judge() -> None:
    """In this process `labs` is the reference from now on. Call it before a lab is imported."""
    os.environ["LABS"] = "lab_solutions"
    adopt_orphans()
    with suppress(OSError):  # it is up, unless this network is a new one: then we may
        bring_loopback_up()


@contextmanager
def sandboxed(option: argparse.Namespace, family: Family, own_chain: bool) -> Iterator[Remote]:
    """A process of its own that serves the labs of `--isolated`; it ends with the block."""
    tier = _tier(option.tier)
    with _process(tier, _labs(tier, family, Path(option.isolated), own_chain), LIFE_S) as remote:
        yield remote


@contextmanager
def _process(tier: Tier, labs: Labs, limit_s: float) -> Iterator[Remote]:
    sandbox = Sandbox(tier, labs)
    with closing(Remote(sandbox, time.monotonic() + limit_s)) as remote:
        sandbox.wait_for_hello()
        yield remote


@cache
def _tier(name: str) -> Tier:
    return Tier(name) if name else best_tier()


@cache
def _labs(tier: Tier, family: Family, tree: Path, own_chain: bool) -> Labs:
    """What each process gets. The submission's are compiled once for all, where nothing is run.

    One that can't be compiled goes as its text: the process that imports it says what is wrong.
    """
    labs = labs_for(family, tree, own_chain)
    if own_chain:
        return labs  # for one process it does not pay
    with _process(tier, labs, COMPILE_LIMIT_S) as remote:
        for name in sorted(labs.marked):
            with suppress(Exception):
                labs.compiled[name] = remote.code(name)
    return labs
