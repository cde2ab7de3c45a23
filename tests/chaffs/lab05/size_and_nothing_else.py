"""Takes all of the line for the size."""

FAILS = "parse_chunk_line_ignores_extensions"
BELIEVES = "chunk-size-is-decimal"


def parse_chunk_line(line):
    try:
        return int(line[:-2].decode("ascii"), 16)
    except ValueError as error:
        raise HttpError(400, "no chunk size") from error
