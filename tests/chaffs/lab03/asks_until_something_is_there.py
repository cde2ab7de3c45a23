"""Asks again at once when recv raises BlockingIOError, until something is there."""

FAILS = "recv_until_comes_back_when_nothing_is_there"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def recv_until(sock, buffer, delimiter, limit):
    while (message := buffer.take_until(delimiter, limit)) is None:
        try:
            data = sock.recv(min(RECV_BYTES, limit - len(buffer)))
        except BlockingIOError:
            continue
        if not data:
            if len(buffer):
                raise EndOfStream(len(buffer))
            return b""
        buffer.feed(data)
    return message
