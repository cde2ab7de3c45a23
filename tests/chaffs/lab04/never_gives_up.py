"""Is sure that the peer will read in the end, whatever the socket's timeout says."""

FAILS = "send_all_gives_up_after_the_timeout_of_the_socket"
BELIEVES = "timeout-is-everywhere"


def send_all(sock, data):
    unsent = memoryview(data)
    while unsent:
        try:
            unsent = unsent[sock.send(unsent) :]
        except (TimeoutError, BlockingIOError):
            wait_until_writable(sock)
