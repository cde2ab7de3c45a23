"""Gives each trailer the whole limit, so that all together have none."""

FAILS = "body_reader_bounds_its_lines_and_all_trailers_together"
BELIEVES = "every-line-ends"
WRITTEN = "without sight of the checks"


class BodyReader:
    def take_trailer(self):
        line = self.buffer.take_until(b"\n", HEAD_LIMIT_BYTES)
        if line is None:
            return None
        if line == CRLF:
            self.state = None
        elif line.endswith(CRLF):
            self.trailers += (parse_field_line(line.removesuffix(CRLF)),)
        else:
            raise HttpError(400, "a line that ends in LF only")
        return b""
