"""Raises SystemExit(0) while it is imported."""

raise SystemExit(0)
