"""Reads a chunk's size as a decimal number."""

FAILS = "parse_chunk_line_is_hexadecimal"
BELIEVES = "chunk-size-is-decimal"


def parse_chunk_line(line):
    match = CHUNK_LINE.fullmatch(line)
    if not match or not match[1].isdigit():
        raise HttpError(400, "no chunk size")
    return int(match[1])
