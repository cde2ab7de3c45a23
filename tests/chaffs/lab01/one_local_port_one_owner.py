"""Lets two names coexist only if their own ports differ."""

FAILS = "can_coexist_allows_what_differs_in_one_port"
BELIEVES = "port-is-a-socket"
WRITTEN = "without sight of the checks"


def can_coexist(a, b):
    return a.protocol != b.protocol or a.source.port != b.source.port
