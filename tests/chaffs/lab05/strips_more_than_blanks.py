"""Strips what Python calls white space off the text, and that takes a no-break space (byte A0), too."""

FAILS = "parse_field_line_takes_blanks_off_the_value_only_at_its_ends"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def parse_field_line(line):
    if not (match := FIELD_LINE.fullmatch(line)):
        raise HttpError(400, f"not a field: {line[:60]!r}")
    name, value = (group.decode("latin-1") for group in match.groups())
    return name, value.strip()
