"""Takes off whatever ends the line, so a bare LF is the empty line, too."""

FAILS = "body_reader_takes_no_lf_alone_for_a_line_end"
BELIEVES = "line-ends-at-lf"
WRITTEN = "without sight of the checks"


class BodyReader:
    def take_trailer(self):
        line = self.buffer.take_until(b"\n", self.left)
        if line is None:
            return None
        self.left -= len(line)
        line = line.rstrip(b"\r\n")
        if line:
            self.trailers += (parse_field_line(line),)
        else:
            self.state = None
        return b""
