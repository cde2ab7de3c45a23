"""Closes the socket when it has a message."""

FAILS = "recv_until_leaves_the_socket_open"
BELIEVES = ""


def recv_until(sock, buffer, delimiter, limit):
    while (message := buffer.take_until(delimiter, limit)) is None:
        data = sock.recv(min(limit - len(buffer), RECV_BYTES))
        if not data and len(buffer):
            raise EndOfStream(len(buffer))
        if not data:
            return b""
        buffer.feed(data)
    sock.close()
    return message
