"""Looks for the delimiter in each piece alone, and feeds the buffer only with what follows."""

FAILS = "recv_until_reads_until_the_delimiter"
BELIEVES = "one-send-one-recv"
WRITTEN = "without sight of the checks"


def recv_until(sock, buffer, delimiter, limit):
    message = buffer.take_until(delimiter, limit)
    while message is None:
        data = sock.recv(min(RECV_BYTES, limit - len(buffer)))
        if not data:
            if len(buffer):
                raise EndOfStream(len(buffer))
            return b""
        buffer.feed(data)
        if delimiter in data:
            message = buffer.take_until(delimiter, limit)
        elif len(buffer) >= limit:
            raise LimitExceeded(limit)
    return message
