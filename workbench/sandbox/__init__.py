"""A student's labs in a process of their own, as far from the one that marks as a machine permits.

`Tier` says how far that is, and `best_tier()` finds out by trying. `process` starts and ends one
process, `image` is all that it can see, `student` stands for the lab on the judge's side, `inside`
serves it on the other, and `wire` is what both say. Knows no lab and no check.
"""

from workbench.sandbox.tiers import Tier, best_tier, works

__all__ = ["Tier", "best_tier", "works"]
