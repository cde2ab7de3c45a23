"""Compares the two ends as a set, so that a name and its reverse are the same."""

FAILS = "can_coexist_allows_a_name_and_its_reverse"
BELIEVES = "one-entry-for-both-ends"
WRITTEN = "without sight of the checks"


def can_coexist(a, b):
    def name(one):
        return one.protocol, frozenset((unmapped(end.host), end.port) for end in one[1:])

    return name(a) != name(b)
