"""How far the workbook's proxy should reach: bounds on ratios, as data.

Knows names of loads and of candidates only.
"""

from __future__ import annotations

from typing import NamedTuple

from workbench.bench.results import Results, Spread

PER_GB, PER_REQUEST = "cpu_s_per_gb", "cpu_us_per_request"
TUNNELS = ("tunnel-1", "tunnel-8")
REQUESTS = ("keep-alive-16", "keep-alive-256", "close-16", "close-256")
IDLE_BYTES, IDLE_RATIO = 2_000, 1.5
IN_WORDS = {
    "tunnel-1": "processor time for each GB, 1 tunnel",
    "tunnel-8": "processor time for each GB, 8 tunnels",
    "keep-alive-16": "processor time for each request, 16 clients, keep-alive",
    "keep-alive-256": "processor time for each request, 256 clients, keep-alive",
    "close-16": "processor time for each request, 16 clients, a connection for each",
    "close-256": "processor time for each request, 256 clients, a connection for each",
}


class Goal(NamedTuple):
    """Ours divided by theirs shall be `most` at the most."""

    key: str
    whats: tuple[str, ...]
    rival: str
    most: float


GOALS = (
    Goal(PER_GB, TUNNELS, "haproxy-splice", 1.2),
    Goal(PER_GB, TUNNELS, "haproxy-copy", 0.6),
    Goal(PER_GB, TUNNELS, "squid", 0.4),
    *(Goal(PER_GB, TUNNELS, name, 0.25) for name in ("tinyproxy", "pproxy", "proxy.py")),
    Goal(PER_GB, TUNNELS, "mitmproxy", 0.25),
    Goal(PER_REQUEST, REQUESTS, "haproxy-http", 1.8),
    Goal(PER_REQUEST, REQUESTS, "squid", 0.5),
    Goal(PER_REQUEST, REQUESTS, "tinyproxy", 0.5),
    Goal(PER_REQUEST, REQUESTS, "pproxy", 0.8),
    Goal(PER_REQUEST, REQUESTS, "proxy.py", 0.25),
)


class Outcome(NamedTuple):
    """What was to be at most `most`, and what it is: ours ÷ the rival's, if there is a rival."""

    what: str
    rival: str
    most: float
    seen: Spread

    @property
    def is_met(self) -> bool:
        return self.seen.median <= self.most


def bound(key: str, what: str, rival: str) -> float | None:
    """The most that our costs divided by this rival's should be; None if no goal says so."""
    for goal in GOALS:
        if (goal.key, goal.rival) == (key, rival) and what in goal.whats:
            return goal.most
    return None


def outcomes(results: Results, ours: str) -> list[Outcome]:
    """Every goal about which this run can say something."""
    found = []
    for key, whats, rival, most in GOALS:
        for what in whats:
            if seen := results.ratio(what, key, ours, rival):
                found.append(Outcome(what, rival, most, seen))
    levels = results.levels(ours)
    if size := results.bytes_per_idle_tunnel(ours):
        what = f"bytes for each idle tunnel, up to {levels[-1]:,}"
        found.append(Outcome(what, "", IDLE_BYTES, size))
    if levels and (slower := results.spread(f"idle-{levels[-1]}", ours, "p50_ratio")):
        what = f"p50 beside {levels[-1]:,} idle tunnels ÷ beside none"
        found.append(Outcome(what, "", IDLE_RATIO, slower))
    return found
