"""Takes a blank before the colon for a slip of the pen."""

FAILS = "parse_field_line_refuses_what_two_readers_read_in_two_ways"
BELIEVES = "be-liberal"


def parse_field_line(line):
    name, colon, value = line.decode("latin-1").partition(":")
    if not colon or not name.strip():
        raise HttpError(400, "no field line")
    return name.strip(" \t"), value.strip(" \t")
