"""Takes a full buffer for the end of it, and says nothing."""

FAILS = "send_all_sends_every_byte_on_a_non_blocking_socket"
BELIEVES = "errors-need-no-answer"


def send_all(sock, data):
    unsent = memoryview(data)
    while unsent:
        try:
            unsent = unsent[sock.send(unsent) :]
        except BlockingIOError:
            return
