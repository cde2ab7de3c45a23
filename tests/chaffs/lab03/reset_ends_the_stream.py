"""Takes a reset for the end of the stream."""

FAILS = "recv_until_lets_a_reset_through"
BELIEVES = "broken-is-ended"
WRITTEN = "without sight of the checks"


def recv_until(sock, buffer, delimiter, limit):
    while (message := buffer.take_until(delimiter, limit)) is None:
        try:
            data = sock.recv(min(RECV_BYTES, limit - len(buffer)))
        except ConnectionResetError:
            data = b""
        if not data:
            if len(buffer):
                raise EndOfStream(len(buffer))
            return b""
        buffer.feed(data)
    return message
