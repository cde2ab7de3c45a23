"""What can go wrong with a lab in another process: in words that a student can use.

Knows no process and no check: so that whoever tells of it need not load what starts one.
"""

from __future__ import annotations


class StudentFault(AssertionError):
    """The submission's process did not do what one that is asked does. `expected` says what."""

    expected = "an answer"


class NoAnswer(StudentFault):
    """What it said can't be read."""


class HasEnded(StudentFault):
    """It ended, or hung up."""


class OutOfTime(StudentFault):
    """The check's time is up."""


class NoException(Exception):
    """It raised what is no Exception, such as SystemExit: that must not end the judge, too."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(kind, text)
        self.kind, self.text = kind, text


class CheckerFault(RuntimeError):
    """A check did what can't be done with a lab in another process."""
