"""How the author of a check states it: what it promises, and what somebody who fails it believes.

Knows pytest's marks and nothing of how checks are run or shown.
"""

from __future__ import annotations

import reprlib
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from workbench.journal import compare_bytes, first_difference


class Spec(NamedTuple):
    """What a check's author says about it, besides its docstring, which is the promise."""

    points: int
    misconception: str
    hint: str
    needs: tuple[str, ...]
    limit_s: float


def check(
    *, points: int, misconception: str, hint: str, needs: str | tuple[str, ...] = (), limit_s=5.0
) -> pytest.MarkDecorator:
    """Marks a test as a check of a lab.

    `misconception` is an id of misconceptions.toml; `hint` is one question, shown on request;
    `needs` names checks of the same file (without `test_`) that must pass first: else this one
    is not run. After `limit_s` seconds the check has failed, whatever the code is doing.
    """
    needs = (needs,) if isinstance(needs, str) else needs
    return pytest.mark.check(Spec(points, misconception, hint, needs, limit_s))


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


def must_raise(error: type[Exception], function: Callable[..., Any], *args: Any) -> Exception:
    """Calls `function(*args)` and returns the `error` that it raises.

    Raises Difference if it returns; any other exception passes through.
    """
    try:
        returned = function(*args)
    except error as raised:
        return raised
    raise Difference(f"{error.__name__}", f"it returned {reprlib.repr(returned)}")


def must_be_bytes(actual: object, expected: bytes) -> None:
    """Compares bytes of any size, quickly. Raises Difference, with the place of the first one."""
    difference = compare_bytes(actual, expected)
    if difference is not None:
        at = first_difference(bytes(actual), expected) if isinstance(actual, bytes) else None
        raise Difference("the same bytes", difference, expected, at)
