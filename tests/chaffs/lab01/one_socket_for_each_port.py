"""Two connections with one local port can't both exist, it says."""

FAILS = "can_coexist_allows_what_differs_in_one_address_or_port"
BELIEVES = "port-is-a-socket"


def can_coexist(a, b):
    return a.source != b.source
