"""Sends in slices and goes on after each slice, not after what was taken of it."""

FAILS = "send_all_sends_every_byte_once_to_a_slow_reader"
BELIEVES = "send-takes-all"
WRITTEN = "without sight of the checks"


def send_all(sock, data):
    view, at = memoryview(data), 0
    while at < len(view):
        piece = view[at : at + CHUNK_BYTES]
        try:
            sock.send(piece)
        except BlockingIOError:
            wait_until_writable(sock)
        else:
            at += len(piece)
