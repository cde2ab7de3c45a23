"""The benchmark: what our proxy costs, beside those that people use, within one run.

`candidates` are measured under `loads` by `run`; `results` are shown by `report` and `pictures`.
Knows no lab by name: labs 08 and 09 are programs that listen, like all the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.bench.results import Results
    from workbench.figures import Drawing

SMALL = ("lab08", "lab09", "haproxy-splice", "haproxy-copy", "squid")


def small_run(peers: tuple[str, ...] = SMALL, seconds: int = 1) -> tuple[Results, Drawing]:
    """What a GB through one tunnel costs, for the notebook. Blocks for some seconds.

    Returns the results and a figure. Proxies that are not installed are in `results.left_out`.
    Raises NotInstalled without an origin, and RuntimeError if nothing could be measured.
    """
    from workbench.bench.goals import PER_GB, TUNNELS
    from workbench.bench.pictures import costs
    from workbench.bench.run import plan, run

    todo = plan(list(peers), ["tunnels"], rounds=1, seed=1, quick=True)
    results = run(todo._replace(pace=todo.pace._replace(seconds=seconds)))
    drawing = costs(results, TUNNELS, PER_GB)
    if drawing is None:
        raise RuntimeError(f"nothing was measured: {results.left_out or results.failures}")
    return results, drawing
