"""Plays cases through one proxy, several at a time, and says for each whether it holds.

Knows no particular proxy, and nothing of how results are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import NamedTuple

from workbench.conformance.case import Case, Seen
from workbench.conformance.stage import Stage

AT_ONCE = 16  # a case mostly waits


class Outcome(NamedTuple):
    """What came of one case."""

    case: Case
    wrong: str  # what was seen instead of what was expected; "" if the case holds
    seconds: float
    wire: str  # what was sent and heard, at both ends

    @property
    def passed(self) -> bool:
        return not self.wrong


def play(case: Case, proxy: tuple[str, int]) -> Outcome:
    """Play one case. Blocks, for some seconds at the most. Raises nothing that a proxy causes."""
    began_s = monotonic()
    stage = Stage(case, proxy)
    try:
        wrong = judge(case, stage.play())
    except OSError as error:  # a proxy that listens no more, or has run out of something
        wrong = f"could not be played: {error}"
    return Outcome(case, wrong, monotonic() - began_s, stage.journal.text())


def judge(case: Case, seen: Seen) -> str:
    """What is not as expected, and what it is instead; "" if all is. No I/O."""
    found = ((each.words, each.wrong(seen)) for each in case.expect)
    return next((f"expected: {words}. Instead: {text}" for words, text in found if text), "")


def play_all(
    cases: Iterable[Case],
    proxy: tuple[str, int],
    on_outcome: Callable[[Outcome], object] = bool,
    at_once: int = AT_ONCE,
) -> list[Outcome]:
    """Play all cases through the proxy at this address; the outcomes in the order of the cases."""

    def one(case: Case) -> Outcome:
        outcome = play(case, proxy)
        on_outcome(outcome)
        return outcome

    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(one, cases))
