"""Decodes a field as UTF-8, so bytes that are none are replaced and lost."""

FAILS = "parse_field_line_makes_a_character_of_each_byte"
BELIEVES = "text-is-bytes"
WRITTEN = "without sight of the checks"


def parse_field_line(line):
    if not (match := FIELD_LINE.fullmatch(line)):
        raise HttpError(400, f"not a field: {line[:60]!r}")
    name, value = (group.decode("utf-8", "replace") for group in match.groups())
    return name, value.strip(" \t")
