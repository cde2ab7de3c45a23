"""Checks of the labs: how one is declared, how it is run, and what its reader is told.

`declare` is for their authors, `plugin` runs them under pytest, `runner` runs those of one lab
in a child process with a deadline, and `feedback` puts the results in words.
"""

from workbench.checks.declare import Difference, check, must_be_bytes, must_raise

__all__ = ["Difference", "check", "must_be_bytes", "must_raise"]
