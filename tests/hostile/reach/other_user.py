"""Becomes root, or another user."""

import os


def local_endpoint(sock):
    for attempt in (os.setuid, os.seteuid, os.setgid):
        attempt(0)
    raise RuntimeError("BREACH: root")
