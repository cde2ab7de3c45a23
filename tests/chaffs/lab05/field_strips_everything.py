"""Makes sense of whatever has a colon: blanks are taken off, wherever they are."""

FAILS = "parse_field_line_takes_blanks_off_the_value_only_at_its_ends"
BELIEVES = ""


def parse_field_line(line):
    name, colon, value = line.decode("latin-1").partition(":")
    if not colon:
        raise HttpError(400, "no colon")
    return name.strip(), value.strip()
