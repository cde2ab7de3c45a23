"""Lets the kernel have any number of connections with one name."""

FAILS = "can_coexist_refuses_the_same_name_twice"
BELIEVES = "names-may-repeat"


def can_coexist(a, b):
    return True
