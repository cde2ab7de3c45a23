"""Drops the scope id before it compares: fe80::1 on two links is one address to it."""

FAILS = "can_coexist_allows_one_link_local_address_on_two_links"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def can_coexist(a, b):
    def name(one):
        ends = [(unmapped(end.host).partition("%")[0], end.port) for end in one[1:]]
        return [one.protocol, *ends]

    return name(a) != name(b)
