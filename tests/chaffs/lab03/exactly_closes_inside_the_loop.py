"""The close() stands inside the loop, as in the post: the second recv has no socket any more."""

FAILS = "recv_exactly_leaves_the_socket_open"
BELIEVES = ""


def recv_exactly(sock, count):
    data = b""
    while len(data) < count:
        piece = sock.recv(count - len(data))
        if not piece:
            raise EndOfStream(len(data), count)
        data += piece
        sock.close()
    return data
