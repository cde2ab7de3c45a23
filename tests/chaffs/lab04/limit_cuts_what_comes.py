"""Keeps only as much of a piece as the limit leaves room for."""

FAILS = "send_buffer_append_takes_all_of_it"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class SendBuffer:
    def append(self, data):
        self._waiting += data[: max(0, self.limit_bytes - len(self._waiting))]
