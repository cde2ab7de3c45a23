"""Writes the first name in the one spelling, and compares it with the second one as it came."""

FAILS = "can_coexist_counts_a_mapped_address_as_ipv4"
BELIEVES = "one-spelling"
WRITTEN = "without sight of the checks"


def can_coexist(a, b):
    source = Endpoint(unmapped(a.source.host), a.source.port)
    destination = Endpoint(unmapped(a.destination.host), a.destination.port)
    return (a.protocol, source, destination) != (b.protocol, b.source, b.destination)
