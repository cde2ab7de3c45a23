"""Raises EndOfStream(0) also where the stream ends between two messages."""

FAILS = "recv_until_takes_a_clean_end_for_no_error"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def recv_until(sock, buffer, delimiter, limit):
    while (message := buffer.take_until(delimiter, limit)) is None:
        data = sock.recv(min(RECV_BYTES, limit - len(buffer)))
        if not data:
            raise EndOfStream(len(buffer))
        buffer.feed(data)
    return message
