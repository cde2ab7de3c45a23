"""Leaves name and value as they came, and compares them with text later."""

FAILS = "parse_field_line_gives_name_and_value"
BELIEVES = "text-is-bytes"


def parse_field_line(line):
    match = FIELD_LINE.fullmatch(line)
    if not match:
        raise HttpError(400, "no field line")
    return match[1], match[2].strip(b" \t")
