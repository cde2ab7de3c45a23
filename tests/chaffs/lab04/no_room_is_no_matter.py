"""Has never met a full buffer: send() will wait, or say 0."""

FAILS = "send_all_is_not_stopped_by_a_full_buffer"
BELIEVES = "full-is-zero"


def send_all(sock, data):
    unsent = memoryview(data)
    while unsent:
        unsent = unsent[sock.send(unsent) :]
