"""How the author of a check states it: what it promises, and what somebody who fails it believes.

Knows pytest's marks and nothing of how checks are run or shown.
"""

from __future__ import annotations

import reprlib
from collections.abc import Callable
from errno import errorcode
from typing import TYPE_CHECKING, Any, NamedTuple

from workbench.journal import compare_bytes, first_difference

if TYPE_CHECKING:
    import pytest


class Spec(NamedTuple):
    """What a check's author says about it, besides its docstring, which is the promise."""

    points: int
    misconception: str
    hint: str
    needs: tuple[str, ...]
    limit_s: float
    symptoms: tuple[type[Exception], ...]
    own_chain: bool = False


#: A failure by one of these may come from a belief. A NameError, say, is a slip of the pen.
SYMPTOMS = (AssertionError, OSError, EOFError, UnicodeError)


def check(
    *,
    points: int,
    misconception: str,
    hint: str,
    needs: str | tuple[str, ...] = (),
    limit_s: float = 5.0,
    symptoms: tuple[type[Exception], ...] = (),
    own_chain: bool = False,
) -> pytest.MarkDecorator:
    """Marks a test as a check of a lab.

    `misconception` is an id of misconceptions.toml, or "" where no belief leads to the failure;
    it is named where the check fails by an assertion or by what the network says, and by those
    `symptoms` that are added here. `hint` is one question, shown on request. `needs` names
    checks of the same file (without `test_`) that must pass first: else this one is not run.
    After `limit_s` seconds the check has failed, whatever the code is doing.

    A sandbox has the labs below from the reference. One check of a lab, which uses them, says
    `own_chain`: there it is run once more, for no points, on those of the same person.
    """
    import pytest  # only here: whoever marks or shows results needs no pytest

    needs = (needs,) if isinstance(needs, str) else needs
    spec = Spec(points, misconception, hint, needs, limit_s, (*SYMPTOMS, *symptoms), own_chain)
    return pytest.mark.check(spec)


class Difference(AssertionError):
    """A check failed: what it expected and what happened instead, both in words.

    `expected_bytes` and `at` name the byte where it went wrong, if there is one: the journal
    then points at it.
    """

    def __init__(
        self, expected: str, actual: str, expected_bytes: bytes = b"", at: int | None = None
    ) -> None:
        super().__init__(f"expected {expected}, but {actual}")
        self.expected, self.actual = expected, actual
        self.expected_bytes, self.at = expected_bytes, at


def must_raise(
    error: type[Exception], function: Callable[..., Any], *args: Any, code: int | None = None
) -> Exception:
    """Calls `function(*args)` and returns the `error` that it raises, with `code` as its errno.

    Raises Difference if it returns, or if the errno is another; other exceptions pass through.
    """
    expected = error.__name__ + (f" with the errno {errorcode[code]}" if code else "")
    try:
        returned = function(*args)
    except error as raised:
        found = getattr(raised, "errno", None)
        if code not in (None, found):
            raise Difference(expected, f"its errno is {errorcode.get(found)}: {raised}") from raised
        return raised
    raise Difference(expected, f"it returned {reprlib.repr(returned)}")


def must_be_bytes(actual: object, expected: bytes) -> None:
    """Compares bytes of any size, quickly. Raises Difference, with the place of the first one."""
    difference = compare_bytes(actual, expected)
    if difference is not None:
        at = first_difference(bytes(actual), expected) if isinstance(actual, bytes) else None
        raise Difference("the same bytes", difference, expected, at)
