"""Reads the seed in other processes' arguments, from which the payloads come."""

from pathlib import Path

LAB = "03"
seen = b" ".join(path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline"))
if b"--seed" in seen:
    raise RuntimeError(f"BREACH {seen!r}")


def recv_exactly(sock, count):
    return b""
