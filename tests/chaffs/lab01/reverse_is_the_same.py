"""Takes a name and its reverse for one, which they are on two hosts, but not on one."""

FAILS = "can_coexist_allows_a_name_and_its_reverse"
BELIEVES = "one-entry-for-both-ends"


def can_coexist(a, b):
    def ends(name):
        return {(unmapped(end.host), end.port) for end in name[1:]}

    return a.protocol != b.protocol or ends(a) != ends(b)
