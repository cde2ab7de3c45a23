"""Keeps fields in a dict: of two with one name the last one wins."""

FAILS = "values_of_ignores_the_case_of_names"
BELIEVES = "names-are-exact"


def values_of(head, name):
    fields = {each.lower(): value for each, value in head.fields}
    return [fields[name.lower()]] if name.lower() in fields else []
