"""Swaps the ports and leaves the hosts where they are: on loopback nobody sees it."""

FAILS = "from_other_end_reverses_the_addresses_too"
BELIEVES = "same-address"
WRITTEN = "without sight of the checks"


def from_other_end(five_tuple):
    protocol, source, destination = five_tuple
    return FiveTuple(
        protocol,
        Endpoint(source.host, destination.port),
        Endpoint(destination.host, source.port),
    )
