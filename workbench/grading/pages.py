"""Grades as pages for a browser: a class in a table, and a page for each submission.

Autoescape is on, nothing is marked as safe, and each page forbids every script and every request.
"""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from workbench.checks.feedback import FACES, told
from workbench.checks.results import CheckResult
from workbench.grading.formats import how_marked, remarks
from workbench.grading.grade import Grade
from workbench.grading.overview import Overview
from workbench.misconceptions import catalogue

LONG_TEXTS = {"on the wire", "in your code", "your code printed"}  # shown as they are, line by line


def class_page(overview: Overview) -> str:
    """The class: submissions × labs, the beliefs met most often, and how it was marked."""
    beliefs = [(catalogue()[id], count) for id, count in overview.common_beliefs()]
    how = how_marked(overview.tier, overview.seed)
    return _page("class.html", overview=overview, beliefs=beliefs, how=how)


def submission_page(grade: Grade) -> str:
    """One submission: its labs, and each check with all that there is to say about it."""
    how = how_marked(grade.tier, grade.seed)
    return _page("submission.html", grade=grade, remarks=remarks(grade), how=how)


def _page(template: str, **values: object) -> str:
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    """Kept, and its templates with it: to compile them takes longer than to fill them."""
    environment = Environment(
        loader=PackageLoader("workbench.grading"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"told": _told, "face": _face}
    environment.globals |= {"LONG_TEXTS": LONG_TEXTS}
    return environment


def _told(check: CheckResult) -> list[tuple[str, str]]:
    return told(check, hints=False)


def _face(check: CheckResult) -> str:
    return FACES[check.passed][0]
