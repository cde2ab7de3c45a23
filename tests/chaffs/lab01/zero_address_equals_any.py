"""Takes 0.0.0.0 and :: for equal to any other address when it compares names."""

FAILS = "can_coexist_allows_another_address_of_this_machine"
BELIEVES = "same-address"
WRITTEN = "without sight of the checks"


def can_coexist(a, b):
    def same(x, y):
        if x.port != y.port:
            return False
        hosts = {unmapped(x.host), unmapped(y.host)}
        return len(hosts) == 1 or bool(hosts & {"0.0.0.0", "::"})

    return not (
        a.protocol == b.protocol and same(a.source, b.source) and same(a.destination, b.destination)
    )
