"""Asks only where it goes: a server's port belongs to one socket."""

FAILS = "can_coexist_allows_what_differs_in_one_port"
BELIEVES = "port-is-a-socket"
WRITTEN = "without sight of the checks"


def can_coexist(a, b):
    here, there = a.destination, b.destination
    return (a.protocol, unmapped(here.host), here.port) != (
        b.protocol,
        unmapped(there.host),
        there.port,
    )
