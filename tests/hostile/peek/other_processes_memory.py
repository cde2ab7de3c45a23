"""Reads the memory of other processes."""

import os

found = []
for pid in [name for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]:
    with open(f"/proc/{pid}/mem", "rb") as memory:
        found.append(memory)
    with open(f"/proc/{pid}/environ", "rb") as environment:
        found.append(environment.read())
raise RuntimeError(repr(found))
