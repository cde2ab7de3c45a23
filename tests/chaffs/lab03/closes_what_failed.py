"""Closes the socket if the message is too long or broken off."""

FAILS = "recv_until_leaves_the_socket_open_when_it_raises"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def recv_until(sock, buffer, delimiter, limit):
    try:
        while (message := buffer.take_until(delimiter, limit)) is None:
            data = sock.recv(min(RECV_BYTES, limit - len(buffer)))
            if not data:
                if len(buffer):
                    raise EndOfStream(len(buffer))
                return b""
            buffer.feed(data)
    except (LimitExceeded, EndOfStream):
        sock.close()
        raise
    return message
