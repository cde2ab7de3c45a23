"""Reads the reference from its file, and runs it in its own place."""

from pathlib import Path

for path in Path("@PROJECT@").rglob("lab01_*.py"):
    exec(path.read_text())
