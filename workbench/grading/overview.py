"""A class in one table: who has how many points in which lab, and which beliefs were met.

Keeps a few numbers of each grade, never the grade: a class of any size fits into memory.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from statistics import median

from workbench.grading.grade import Grade
from workbench.misconceptions import catalogue

COMMON = 10  # beliefs are listed


@dataclass
class Row:
    """One submission in the table. `scores` has the labs that were handed in."""

    name: str
    score: int
    max_score: int
    was_marked: bool
    scores: dict[str, int]
    faults: set[str]
    notes: int  # things to be said about it: reminders, luck, files that were not taken
    why_not: str  # it could not be marked, or a lab of it

    def cell(self, lab: str) -> str:
        """What stands in the table for one lab."""
        if lab in self.faults:
            return "fault"
        return str(self.scores[lab]) if lab in self.scores else "–"


@dataclass
class Overview:
    """All rows, in the order of the batch. `max_scores` has every lab that was marked."""

    tier: str
    seed: int
    rows: list[Row] = field(default_factory=list)
    max_scores: dict[str, int] = field(default_factory=dict)
    beliefs: Counter[str] = field(default_factory=Counter)

    def add(self, grade: Grade) -> None:
        """Notes the numbers of one grade."""
        self.rows.append(row_of(grade))
        self.max_scores |= {mark.lab: mark.max_score for mark in grade.labs if mark.max_score}
        self.beliefs.update(beliefs_in(grade))

    @property
    def marked(self) -> int:
        return sum(row.was_marked for row in self.rows)

    def medians(self) -> dict[str, float]:
        """The median of the points in each lab, of those that were handed in and marked."""
        return {
            lab: median(scores)
            for lab in self.max_scores
            if (scores := [r.scores[lab] for r in self.rows if lab in r.scores.keys() - r.faults])
        }

    def common_beliefs(self) -> list[tuple[str, int]]:
        """Ids of the beliefs that most submissions show, and how many do; the first is met most."""
        return self.beliefs.most_common(COMMON)


def row_of(grade: Grade) -> Row:
    return Row(
        name=grade.submission,
        score=grade.score,
        max_score=grade.max_score,
        was_marked=grade.was_marked,
        scores={mark.lab: mark.score for mark in grade.labs if mark.handed_in},
        faults={mark.lab for mark in grade.labs if mark.fault},
        notes=len(grade.not_taken) + sum(len(m.reminders) + len(m.luck) for m in grade.labs),
        why_not=" ".join([*grade.problems, *(mark.fault for mark in grade.labs if mark.fault)]),
    )


def beliefs_in(grade: Grade) -> set[str]:
    """The beliefs that the failures of one submission show."""
    return {
        check.misconception
        for check in grade.checks
        if check.passed is False and not check.slip and not check.unwritten
    } & set(catalogue())
