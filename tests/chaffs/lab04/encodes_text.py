"""Helps out where text comes: encodes it, in the way that it guesses."""

FAILS = "send_all_refuses_text"
BELIEVES = "text-is-bytes"


def send_all(sock, data):
    if isinstance(data, str):
        data = data.encode()
    unsent = memoryview(data)
    while unsent:
        try:
            unsent = unsent[sock.send(unsent) :]
        except BlockingIOError:
            wait_until_writable(sock)
