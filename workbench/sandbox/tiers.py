"""How well a student's process can be shut in on this machine: three tiers, found by trying.

Knows what each tier holds and what it can't, in words for a report. Knows no lab and no check.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache

from workbench.families import ROOT
from workbench.sandbox.network import own_network

REFERENCE = ROOT / "lab_solutions"


class Tier(StrEnum):
    """Where a student's process runs. The first one is the best one."""

    BWRAP = "bwrap"
    UID = "uid"
    PLAIN = "plain"

    @property
    def holds(self) -> str:
        """What this tier keeps a submission from, for a report."""
        return HOLDS[self]

    @property
    def cannot_hold(self) -> str:
        """What a submission could still do on this machine, for a report."""
        open_network = "" if own_network() else NETWORK_IS_OPEN
        return " ".join(filter(None, (CANNOT_HOLD[self], open_network)))

    @property
    def is_of_record(self) -> bool:
        """May marks that count be given in this tier?"""
        return self is not Tier.PLAIN


HOLDS = {
    Tier.BWRAP: (
        "Each check ran in a process of its own, in namespaces that show Python and nothing else: "
        "no other file, no other program, nothing to write to. Time, memory, processes and output "
        "were bounded, and whatever was left was killed."
    ),
    Tier.UID: (
        "Each check ran in a process of a user of its own, in a folder that holds Python and "
        "nothing else: no file of others could be read, none written, no process of others "
        "touched. Time, memory, processes and output were bounded, and whatever was left was "
        "killed."
    ),
    Tier.PLAIN: (
        "Each check ran in a process of its own with a clean environment. Time, memory, processes "
        "and output were bounded, and its descendants were killed, detached ones too."
    ),
}
MEMORY_OF_ALL = (
    "Memory was bounded for each process, and not for all of one check together: where it runs "
    "out, the kernel ends the labs' processes first."
)
CANNOT_HOLD = {
    Tier.BWRAP: MEMORY_OF_ALL,
    Tier.UID: MEMORY_OF_ALL,
    Tier.PLAIN: (
        "The labs ran as the user who marks. They could read this user's files (the reference, the "
        "checks, other submissions), change or delete them, and look into this user's processes or "
        f"end them. Marks of record need the tier uid or bwrap. {MEMORY_OF_ALL}"
    ),
}
NETWORK_IS_OPEN = (
    "This machine permits no network of its own: the labs could use the machine's, and reach the "
    "ports of its other programs."
)


@cache
def works(tier: Tier) -> bool:
    """Does this machine permit the tier? Starts one process in it, once. Blocks for a second."""
    from workbench.sandbox.process import can_start

    return can_start(tier)


def best_tier() -> Tier:
    """The best tier that works here: it is tried, for a program that is there may be forbidden."""
    return next(tier for tier in Tier if works(tier))


class TierRefused(ValueError):
    """Labs can't be run in this tier here; the text says why."""


def tier_for(name: str) -> Tier:
    """The tier of that name, or the best one if it is "". Raises TierRefused if it can't be had."""
    if not any(REFERENCE.glob("lab[0-9][0-9]_*.py")):
        raise TierRefused("there is no lab_solutions/ here, and a sandbox needs the reference")
    if not name:
        return best_tier()
    if name not in list(Tier):
        raise TierRefused(f"there is no tier {name!r}: name bwrap, uid or plain")
    if not works(Tier(name)):
        raise TierRefused(f"this machine does not permit the tier {name}")
    return Tier(name)
