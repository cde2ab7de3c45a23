"""Uses match, which is content with the beginning of the line."""

FAILS = "parse_field_line_refuses_what_two_readers_read_in_two_ways"
BELIEVES = "be-liberal"
WRITTEN = "without sight of the checks"


def parse_field_line(line):
    if not (match := FIELD_LINE.match(line)):
        raise HttpError(400, f"not a field: {line[:60]!r}")
    name, value = (group.decode("latin-1") for group in match.groups())
    return name, value.strip(" \t")
