"""Gives the name in lower case, not as it was sent."""

FAILS = "parse_field_line_changes_nothing_in_name_and_value"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def parse_field_line(line):
    if not (match := FIELD_LINE.fullmatch(line)):
        raise HttpError(400, f"not a field: {line[:60]!r}")
    name, value = (group.decode("latin-1") for group in match.groups())
    return name.lower(), value.strip(" \t")
