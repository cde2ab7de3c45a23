"""Begins with an empty buffer each time: what came before it has nothing to do with it."""

FAILS = "recv_until_looks_into_the_buffer_first"
BELIEVES = "one-send-one-recv"


def recv_until(sock, buffer, delimiter, limit):
    own = ReceiveBuffer()
    while (message := own.take_until(delimiter, limit)) is None:
        data = sock.recv(min(limit - len(own), RECV_BYTES))
        if not data and len(own):
            raise EndOfStream(len(own))
        if not data:
            return b""
        own.feed(data)
    return message
