"""Uses match, which is content with the beginning of a line."""

FAILS = "parse_field_line_refuses_what_two_readers_read_in_two_ways"
BELIEVES = "be-liberal"


def parse_field_line(line):
    match = FIELD_LINE.match(line)
    if not match:
        raise HttpError(400, "no field line")
    return match[1].decode("latin-1"), match[2].decode("latin-1").strip(" \t")
