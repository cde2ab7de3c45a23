"""A grade as other programs read it: Gradescope, Classroom 50, JUnit. Knows their fields alone.

Each function takes a Grade and gives a text; none reads or writes a file.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

from workbench.checks.feedback import told
from workbench.checks.results import CheckResult
from workbench.grading.grade import Grade, LabMark
from workbench.sandbox import Tier

#: What Classroom 50's runner sets for an autograder, by the field that it goes to.
CLASSROOM50 = {
    "classroom": "CLASSROOM",
    "assignment": "ASSIGNMENT",
    "assignment_type": "ASSIGNMENT_TYPE",
    "owner": "OWNER",
    "submission": "SUBMISSION_TAG",
    "commit": "COMMIT_URL",
    "release": "RELEASE_URL",
    "review": "REVIEW_URL",
}


class NotThere(Exception):
    """What a format needs is not in the environment: the text says what."""


def as_json(grade: Grade) -> str:
    return json.dumps(grade.as_json(), indent=1) + "\n"


def gradescope(grade: Grade) -> str:
    """Gradescope's `results.json`, for /autograder/results/."""
    result = {
        "score": grade.score,
        "output": "\n\n".join([*remarks(grade), how_marked(grade.tier, grade.seed)]),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "stdout_visibility": "hidden",
        "extra_data": {"seed": grade.seed, "tier": grade.tier},
        "tests": [
            {
                "name": f"Lab {check.lab}: {check.title}",
                "number": f"{int(check.lab)}.{number}",
                "score": check.score,
                "max_score": check.points,
                "status": "passed" if check.passed else "failed",
                "output": in_words(check),
                "visibility": "visible",
                "tags": [check.misconception] if _names_belief(check) else [],
            }
            for mark in grade.labs
            for number, check in enumerate(grade.of_lab(mark.lab), 1)
        ],
    }
    return json.dumps(result, indent=1) + "\n"


def classroom50(grade: Grade) -> str:
    """Classroom 50's `result.json`. Raises NotThere outside of its runner.

    The runner writes the identity over, and the time of the commit in the place of `datetime`.
    """
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    result = {
        "schema": "classroom50/result/v1",
        **classroom50_identity(os.environ),
        "datetime": now,
        "graded_at": now,
        "score": grade.score,
        "max-score": grade.max_score,
        "tests": [_classroom50_test(check) for check in grade.checks],
    }
    return json.dumps(result, indent=1) + "\n"


def classroom50_identity(environment: Mapping[str, str]) -> dict[str, str]:
    """Whose submission this is, as the runner says. Raises NotThere where it does not say so."""
    missing = [name for name in CLASSROOM50.values() if not environment.get(name)]
    if missing:
        raise NotThere(f"Classroom 50's runner sets {', '.join(missing)}: they are not set")
    return {field: environment[name] for field, name in CLASSROOM50.items()}


def _classroom50_test(check: CheckResult) -> dict[str, Any]:
    return {
        "test-name": f"lab {check.lab}: {check.title}",
        "passed": check.passed is True,
        "score": check.score,
        "max-score": check.points,
        "output": in_words(check),
    }


def junit(grade: Grade) -> str:
    """JUnit's XML: a suite for each lab, a case for each check; one that was not run is skipped."""
    root = ElementTree.Element("testsuites", name=grade.submission)
    for mark in grade.labs:
        checks = grade.of_lab(mark.lab)
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=f"lab{mark.lab}",
            tests=str(len(checks)),
            failures=str(sum(check.passed is False for check in checks)),
            skipped=str(sum(check.passed is None for check in checks)),
            errors=str(int(bool(mark.fault))),
            time=f"{mark.seconds:.3f}",
        )
        for check in checks:
            _junit_case(suite, check)
        if mark.fault:
            case = ElementTree.SubElement(suite, "testcase", name="the checks themselves")
            ElementTree.SubElement(case, "error", message="fault").text = mark.fault
    return ElementTree.tostring(root, "unicode", xml_declaration=True) + "\n"


def _junit_case(suite: ElementTree.Element, check: CheckResult) -> None:
    case = ElementTree.SubElement(
        suite,
        "testcase",
        classname=f"lab{check.lab}",
        name=check.id,
        time=f"{check.seconds:.3f}",
    )
    if check.passed is False:
        failure = ElementTree.SubElement(case, "failure", message=check.title)
        failure.text = in_words(check)
    elif check.passed is None:
        ElementTree.SubElement(case, "skipped", message=check.actual)


def in_words(check: CheckResult) -> str:
    """All that there is to say about a check that did not pass, as plain text; else ""."""
    if check.passed:
        return ""
    if check.passed is None:
        return f"not run: {check.actual}"
    if check.unwritten:
        return f"Not written yet: {check.unwritten}."
    return "\n\n".join(f"{heading}:\n{text}" for heading, text in told(check))


def remarks(grade: Grade) -> list[str]:
    """What is to be said about a submission as a whole, a sentence or two each."""
    said = [*grade.problems, *(line for mark in grade.labs for line in _lab_remarks(mark))]
    if grade.not_taken:
        names = "; ".join(f"{name} ({reason})" for name, reason in grade.not_taken)
        said.append(f"Not taken: {names}.")
    return said


def how_marked(tier: str, seed: int) -> str:
    """How the labs were shut in, and what that can't hold."""
    return f"Tier {tier}, seed {seed}. {Tier(tier).holds} {Tier(tier).cannot_hold}".strip()


def _lab_remarks(mark: LabMark) -> Iterable[str]:
    if mark.broken:
        yield f"Lab {mark.lab}: nothing could be checked. {mark.broken}"
    if mark.fault:
        yield f"Lab {mark.lab} could not be marked, by no fault of its author: {mark.fault}"
    if mark.luck:
        checks = ", ".join(mark.luck)
        yield f"Lab {mark.lab}: these came out otherwise at a second seed: {checks}."
    yield from (f"Lab {mark.lab}, a reminder: {line}." for line in mark.reminders)


def _names_belief(check: CheckResult) -> bool:
    return bool(check.passed is False and check.misconception and not check.slip)
