"""Prints lines at import, on both outputs."""

import sys

for _ in range(100_000):
    print("noise")
    print("::error::noise", file=sys.stderr)
