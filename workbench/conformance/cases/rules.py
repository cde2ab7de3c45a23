"""The sentences that bind a proxy, by name: see rules.toml. Knows no case."""

from __future__ import annotations

import tomllib
from pathlib import Path

from workbench.conformance.case import Rule

RULES: dict[str, Rule] = {
    name: Rule(**rule)
    for name, rule in tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8")).items()
}
