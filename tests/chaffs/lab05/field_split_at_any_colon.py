"""Splits at every colon, as if a value had none."""

FAILS = "parse_field_line_takes_blanks_off_the_value_only_at_its_ends"
BELIEVES = ""


def parse_field_line(line):
    match = FIELD_LINE.fullmatch(line)
    if not match:
        raise HttpError(400, "no field line")
    name, value = line.decode("latin-1").split(":")[:2]
    return name, value.strip(" \t")
