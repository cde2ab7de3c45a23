"""Lets int() decide what a hexadecimal number is."""

FAILS = "parse_chunk_line_refuses_all_but_hexadecimal_digits"
BELIEVES = "length-is-any-number"


def parse_chunk_line(line):
    try:
        return int(line.partition(b";")[0].decode("ascii"), 16)
    except ValueError as error:
        raise HttpError(400, "no chunk size") from error
