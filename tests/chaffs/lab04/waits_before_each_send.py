"""Waits for room before each send, in a call that knows no timeout."""

FAILS = "send_all_gives_up_after_the_timeout_of_the_socket"
BELIEVES = "timeout-is-everywhere"


def send_all(sock, data):
    unsent = memoryview(data)
    while unsent:
        wait_until_writable(sock)
        unsent = unsent[sock.send(unsent) :]
