"""Looks for a name just as it is written in the RFC."""

FAILS = "values_of_ignores_the_case_of_names"
BELIEVES = "names-are-exact"


def values_of(head, name):
    return [value for each, value in head.fields if each == name]
