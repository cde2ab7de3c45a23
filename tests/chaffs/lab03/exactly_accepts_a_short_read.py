"""Takes the end of the stream for the end of the message."""

FAILS = "recv_exactly_raises_when_the_stream_ends_too_early"
BELIEVES = "part-is-a-message"


def recv_exactly(sock, count):
    data = b""
    while len(data) < count:
        piece = sock.recv(count - len(data))
        if not piece:
            break
        data += piece
    return data
