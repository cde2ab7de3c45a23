"""What was measured, as plain data: samples, what was left out, and ratios within one run.

Knows nothing of how it was measured, nor how it is shown.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple

SCHEMA = "bench/1"


class Sample(NamedTuple):
    """One load on one candidate in one round. The values have their units in their names."""

    what: str
    candidate: str
    round: int
    values: dict[str, float]


class Spread(NamedTuple):
    """A median over the rounds, with the least and the most."""

    median: float
    low: float
    high: float
    count: int

    @classmethod
    def of(cls, numbers: list[float]) -> Spread | None:
        """None for no numbers."""
        if not numbers:
            return None
        return cls(statistics.median(numbers), min(numbers), max(numbers), len(numbers))


@dataclass
class Results:
    """A run: complete, or as far as it came."""

    seed: int
    rounds: int
    versions: dict[str, str] = field(default_factory=dict)
    how: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)  # by candidate: why
    failures: list[dict[str, str]] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    is_complete: bool = False
    date: str = field(default_factory=lambda: date.today().isoformat())
    machine: dict[str, str] = field(default_factory=lambda: machine())
    schema: str = SCHEMA

    @property
    def candidates(self) -> list[str]:
        """Those that were measured, in the order in which they are listed."""
        measured = {sample.candidate for sample in self.samples}
        return [name for name in self.how if name in measured]

    @property
    def whats(self) -> set[str]:
        return {sample.what for sample in self.samples}

    def by_round(self, what: str, candidate: str, key: str) -> dict[int, float]:
        """A value of one candidate, by round."""
        return {
            sample.round: sample.values[key]
            for sample in self.samples
            if (sample.what, sample.candidate) == (what, candidate) and key in sample.values
        }

    def spread(self, what: str, candidate: str, key: str) -> Spread | None:
        return Spread.of(list(self.by_round(what, candidate, key).values()))

    def ratio(self, what: str, key: str, ours: str, theirs: str) -> Spread | None:
        """Ours divided by theirs, in each round that has both; None if there is none.

        A round's two samples are of about the same minute: what slows the machine slows both.
        """
        our, their = self.by_round(what, ours, key), self.by_round(what, theirs, key)
        return Spread.of([our[n] / their[n] for n in our if their.get(n)])

    def levels(self, candidate: str) -> list[int]:
        """The numbers of idle tunnels at which this candidate was measured, ascending."""
        return sorted(
            int(sample.what.removeprefix("idle-"))
            for sample in self.samples
            if sample.candidate == candidate
            and sample.what.startswith("idle-")
            and sample.round == 1
        )

    def bytes_per_idle_tunnel(self, candidate: str) -> Spread | None:
        """Growth from the first level above 0 to the last, for each tunnel: no cost of starting.

        None without two levels, and if nothing has grown: then it had room from before.
        """
        levels = [level for level in self.levels(candidate) if level]
        if len(levels) < 2:
            return None
        first, last = levels[0], levels[-1]
        before = self.by_round(f"idle-{first}", candidate, "memory_bytes")
        after = self.by_round(f"idle-{last}", candidate, "memory_bytes")
        grown = [(after[n] - before[n]) / (last - first) for n in after if n in before]
        return Spread.of(grown) if any(grown) else None

    def write(self, path: Path) -> None:
        """As JSON."""
        data = asdict(self) | {"samples": [sample._asdict() for sample in self.samples]}
        path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", "utf-8")


def read(path: Path) -> Results:
    """What `write` wrote. Raises OSError, and ValueError if it is something else."""
    try:
        data = json.loads(path.read_text("utf-8"))
        if data["schema"] != SCHEMA:
            raise ValueError(data["schema"])
        return Results(**data | {"samples": [Sample(**sample) for sample in data["samples"]]})
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} holds no results of the benchmark, {SCHEMA}: {error}") from error


def machine() -> dict[str, str]:
    """What it was measured on."""
    return {
        "system": f"{platform.system()} {platform.release()}",
        "processors": f"{os.cpu_count()} × {_processor()}",
        "python": platform.python_version(),
    }


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    text = cpuinfo.read_text("utf-8") if cpuinfo.exists() else ""
    names = [line.partition(":")[2].strip() for line in text.splitlines() if "model name" in line]
    return names[0] if names else platform.machine()
