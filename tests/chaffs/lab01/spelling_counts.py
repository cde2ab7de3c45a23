"""Compares the spelling of addresses."""

FAILS = "can_coexist_counts_a_mapped_address_as_ipv4"
BELIEVES = "one-spelling"


def can_coexist(a, b):
    return a != b
