"""Splits every value at its commas, so a date or an address comes in two."""

FAILS = "values_of_gives_each_value_as_a_whole"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def values_of(head, name):
    found = [value for n, value in head.fields if n.lower() == name.lower()]
    return [part.strip(" \t") for value in found for part in value.split(",")]
