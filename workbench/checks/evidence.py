"""What was seen when a check failed: expected and actual, the wire, the place in the lab's code.

Turns exceptions and comparisons into words. Knows no report and no notebook.
"""

from __future__ import annotations

import errno
import reprlib
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from workbench.checks.deadline import TimeIsUp
from workbench.checks.declare import Difference, Spec
from workbench.families import lab_tree, relative
from workbench.journal import Caret, Journal, first_difference
from workbench.plain import plain
from workbench.sandbox import faults
from workbench.sandbox.faults import CheckerFault, NoException, OutOfTime, StudentFault

if TYPE_CHECKING:
    pass

SANDBOX = Path(faults.__file__).parent
WIRE_LINES = 20  # of the journal: what follows it must still be on the screen
COMPARED = pytest.StashKey[dict[str, Any]]()
REMOTE = pytest.StashKey["Remote"]()  # the sandbox of a check, if it has one
_short = reprlib.Repr()
_short.maxstring, _short.maxother, _short.maxtuple, _short.maxlist = 160, 200, 8, 8


class NeverReturned(AssertionError):
    """The call was still running when the check's time was up."""


def of_failure(
    item: pytest.Item, spec: Spec, failure: pytest.ExceptionInfo, report: pytest.TestReport
) -> dict[str, Any]:
    """The fields of a CheckResult that tell why the check failed."""
    error = failure.value
    compared = item.config.stash[COMPARED]
    expected, actual = _both_sides(error, compared)
    remote = item.stash.get(REMOTE, None)
    log = {
        "on the wire": _wire(item.funcargs.get("journal"), error, compared),
        "in your code": _frames(error),
        "your code printed": remote.sandbox.printed if remote else report.capstdout.strip()[-2000:],
    }
    return {
        "expected": plain(expected),
        "actual": plain(actual),
        "slip": not isinstance(error, spec.symptoms),
        "unwritten": plain(str(error)) if isinstance(error, NotImplementedError) else "",
        "log": {heading: plain(text) for heading, text in log.items() if text},
    }


def is_ours(error: BaseException | None) -> bool:
    """Did the checks themselves break, between a check and a lab in a sandbox?"""
    if error is None or isinstance(error, StudentFault) or hasattr(error, "frames"):
        return False
    frames = traceback.extract_tb(error.__traceback__)
    return isinstance(error, CheckerFault) or Path(frames[-1].filename).parent == SANDBOX


def _both_sides(error: BaseException, compared: dict[str, Any]) -> tuple[str, str]:
    if isinstance(error, Difference):
        return error.expected, error.actual
    if isinstance(error, NeverReturned | OutOfTime):
        return "the call returns", f"it {error}"
    if isinstance(error, StudentFault):
        return "an answer", str(error)
    if not isinstance(error, AssertionError):
        return "", _in_words(error)
    if not compared:
        return "", str(error).splitlines()[0] if str(error) else "the assertion does not hold"
    op = "" if compared["op"] in ("==", "is") else f"{compared['op']} "
    expected, actual = _differing(compared["expected"], compared["actual"])
    return op + _short.repr(expected), _short.repr(actual)


def _differing(expected: object, actual: object) -> tuple[object, object]:
    """Of two tables of cases only those that differ: the others would hide them."""
    if not (isinstance(expected, dict) and isinstance(actual, dict)):
        return expected, actual
    same = {case for case, what in expected.items() if case in actual and actual[case] == what}
    return tuple(
        {case: side[case] for case in side if case not in same} for side in (expected, actual)
    )


def _in_words(error: Exception) -> str:
    """What an exception says about the lab: raised there, or met by the check that used it."""
    if isinstance(error, NoException):
        return f"it raised {error.kind}: {error.text}"
    if _frames(error):
        return f"it raised {type(error).__name__}: {error}"
    if isinstance(error, OSError) and error.errno == errno.EBADF:
        return f"a socket was closed too early: {error}"
    if isinstance(error, OSError | EOFError):
        return f"the other end met {type(error).__name__}: {error}"
    return f"what it returned can't be used: {error}. Is a return missing, or a type wrong?"


def _wire(journal: Journal | None, error: BaseException, compared: dict[str, Any]) -> str:
    """The record of all ends, with a caret under the byte where it went wrong, if there is one."""
    if not journal or not journal.events:
        return ""
    expected, at = getattr(error, "expected_bytes", b""), getattr(error, "at", None)
    sides = compared.get("actual"), compared.get("expected")
    if all(isinstance(side, bytes) for side in sides):
        expected, at = sides[1], first_difference(*sides)
    caret = _caret(journal, expected, at) if at is not None else None
    return journal.text(caret=caret, limit_lines=WIRE_LINES)


def _caret(journal: Journal, expected: bytes, at: int) -> Caret | None:
    """The place of `expected[at]` in what somebody sent, as far as the journal has kept it."""
    for who in dict.fromkeys(event.who for event in journal.events):
        sent = b"".join(
            event.data
            for event in journal.events
            if event.who == who and event.action.startswith("send") and event.connection <= 1
        )
        start = sent.find(expected[: at + 1])
        if start >= 0:
            return Caret(who, start + at, "here")
    return None


def _frames(error: BaseException) -> str:
    """Where in the lab it happened: the innermost three frames that belong to the student."""
    if told := getattr(error, "frames", None):  # it was raised in a sandbox
        return "\n".join(told)
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [f for f in frames if Path(f.filename).is_relative_to(lab_tree())]
    lines = [f"{relative(Path(f.filename))}:{f.lineno} in {f.name}: {f.line}" for f in theirs]
    return "\n".join(lines[-3:])


def of_import(module: str, error: BaseException) -> str:
    """Why a lab could not be imported, with file and line: for the one who wrote it."""
    if isinstance(error, SyntaxError) and error.filename:
        line = f"\n    {error.text.strip()}" if error.text else ""
        name = relative(Path(error.filename))
        return plain(f"{name}, line {error.lineno}: {type(error).__name__}: {error.msg}{line}")
    what = f"{type(error).__name__}: {error}"
    if isinstance(error, TimeIsUp):
        what = f"importing it {error}: is there a call at the module's top level that waits?"
    return plain("\n".join(filter(None, [f"{module} can't be imported", _frames(error), what])))
