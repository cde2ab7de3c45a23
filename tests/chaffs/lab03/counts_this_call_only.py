"""Counts what this call received: what was in the buffer before does not count at the end."""

FAILS = "recv_until_keeps_what_had_come_when_it_raises"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def recv_until(sock, buffer, delimiter, limit):
    received = 0
    while (message := buffer.take_until(delimiter, limit)) is None:
        data = sock.recv(min(RECV_BYTES, limit - len(buffer)))
        if not data:
            if received:
                raise EndOfStream(received)
            return b""
        received += len(data)
        buffer.feed(data)
    return message
