"""Collects the fields in a dict and joins those with one name, so two cookies become one."""

FAILS = "end_to_end_keeps_all_others_as_they_are"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def end_to_end(head):
    drop = (HOP_BY_HOP | set(tokens_of(head, "Connection"))) - {"content-length"}
    joined = {}
    for name, value in head.fields:
        if name.lower() not in drop:
            joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return tuple(joined.items())
