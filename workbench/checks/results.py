"""The results of checks as plain data, as they cross from the child and into a report.

Knows nothing of pytest and of how results are shown. The fields are those of `labgrade/1`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

NEEDS_FIRST = "first mend: "  # begins the reason why a check was not run whose need failed
CHECK_BROKE = "the check itself broke: "  # begins the reason where that is the checks' own fault


@dataclass
class CheckResult:
    """One check. `passed` is None while it has not run; `actual` then says why not."""

    id: str
    lab: str
    title: str
    points: int
    needs: tuple[str, ...]
    misconception: str
    hint: str
    score: int = 0
    passed: bool | None = None
    expected: str = ""
    actual: str = ""
    unwritten: str = ""  # the exercise that is still a skeleton, where that is the reason
    slip: bool = False  # it failed by an error of the code, from which no belief can be told
    log: dict[str, str] = field(default_factory=dict)  # heading → text
    seconds: float = 0.0

    def settle(self, passed: bool | None, **seen: Any) -> None:
        """Notes how it went; `seen` are fields of this class."""
        self.passed, self.score = passed, self.points if passed else 0
        for name, value in seen.items():
            setattr(self, name, value)


@dataclass
class Report:
    """All checks of one lab, in order, on one tree of labs."""

    lab: str
    tree: str
    seed: int
    checks: list[CheckResult] = field(default_factory=list)
    broken: str = ""  # why the lab could not even be imported
    tier: str = ""  # of the sandbox; "" if the labs ran in the process that judged
    fault: str = ""  # why the checks themselves could not be run: never the student's doing

    @property
    def score(self) -> int:
        return sum(check.score for check in self.checks)

    @property
    def max_score(self) -> int:
        return sum(check.points for check in self.checks)

    @property
    def all_passed(self) -> bool:
        """True only if there are checks, each was run and each passed."""
        return bool(self.checks) and all(check.passed is True for check in self.checks)

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"score": self.score, "max_score": self.max_score}
