"""Makes a dict of the fields, in which only the last one with a name stays."""

FAILS = "values_of_gives_each_value_as_a_whole"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def values_of(head, name):
    fields = {n.lower(): value for n, value in head.fields}
    return [fields[name.lower()]] if name.lower() in fields else []
