"""Helps out where text comes: encodes it, in the way that it guesses."""

FAILS = "send_buffer_append_refuses_text"
BELIEVES = "text-is-bytes"


class SendBuffer:
    def append(self, data):
        self._waiting += data.encode() if isinstance(data, str) else data
