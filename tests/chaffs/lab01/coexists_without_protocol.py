"""Compares addresses and ports only."""

FAILS = "can_coexist_allows_tcp_beside_udp"
BELIEVES = "addresses-are-enough"


def can_coexist(a, b):
    def ends(name):
        return [(unmapped(end.host), end.port) for end in name[1:]]

    return ends(a) != ends(b)
