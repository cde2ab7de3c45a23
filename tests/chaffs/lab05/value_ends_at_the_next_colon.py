"""Splits a line at all its colons, and keeps of the value what stands before the next one."""

FAILS = "parse_field_line_changes_nothing_in_name_and_value"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def parse_field_line(line):
    if not FIELD_LINE.fullmatch(line):
        raise HttpError(400, f"not a field: {line[:60]!r}")
    name, value = line.decode("latin-1").split(":")[:2]
    return name, value.strip(" \t")
