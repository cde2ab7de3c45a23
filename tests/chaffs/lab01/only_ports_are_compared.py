"""Compares protocol and ports, since all hosts in the experiments are this machine."""

FAILS = "can_coexist_allows_another_address_of_this_machine"
BELIEVES = "same-address"
WRITTEN = "without sight of the checks"


def can_coexist(a, b):
    def ports(one):
        return one.protocol, one.source.port, one.destination.port

    return ports(a) != ports(b)
