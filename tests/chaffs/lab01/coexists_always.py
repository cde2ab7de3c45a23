"""Lets the kernel have any number of connections with one name."""

FAILS = "can_coexist_refuses_the_same_name_twice"
BELIEVES = "port-is-a-socket"


def can_coexist(a, b):
    return True
