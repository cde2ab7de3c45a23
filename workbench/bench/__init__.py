"""The benchmark: what our proxy costs, beside those that people use, within one run.

`candidates` are measured under `loads` by `run`; `results` are shown by `report` and `pictures`.
Knows no lab by name: labs 08 and 09 are programs that listen, like all the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.bench.results import Results

LAB08, LAB09, DIRECT = "lab08", "lab09", "none"
SMALL_RUN_S = 0.2  # for each load in each round: a notebook's cell takes some seconds


def small_run(rounds: int = 3, seconds: float = SMALL_RUN_S) -> Results:
    """Bytes and requests through labs 08 and 09, and past them. Blocks for some seconds.

    Client and origin are Python: nothing has to be installed. A lab's program that does not run is
    in `left_out`, with the reason. Raises RuntimeError if the origin does not start, and
    KeyboardInterrupt.
    """
    from workbench.bench.loads import SMALL_LOADS, Pace, python_origin
    from workbench.bench.run import Plan, candidates_named, run

    candidates = candidates_named((LAB08, LAB09, DIRECT))
    pace = Pace(seconds=seconds)
    results = run(Plan(candidates, SMALL_LOADS, rounds, 1, pace, origin=python_origin))
    if not results.is_complete:
        raise KeyboardInterrupt  # a notebook's ■ ends the cell, too
    return results
