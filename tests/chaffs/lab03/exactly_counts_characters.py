"""Decodes to see how much there is, so that a length is a number of characters."""

FAILS = "recv_exactly_counts_bytes_and_not_characters"
BELIEVES = "text-is-bytes"


def recv_exactly(sock, count):
    data = b""
    while (length := len(data.decode(errors="replace"))) < count:
        piece = sock.recv(count - length)
        if not piece:
            raise EndOfStream(len(data), count)
        data += piece
    return data
