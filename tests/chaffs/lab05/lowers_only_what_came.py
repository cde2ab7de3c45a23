"""Lowers the names of the fields, and not the one that is looked for."""

FAILS = "values_of_ignores_the_case_of_names"
BELIEVES = "names-are-exact"
WRITTEN = "without sight of the checks"


def values_of(head, name):
    return [value for n, value in head.fields if n.lower() == name]
