"""Makes the socket blocking, so that send() waits for room."""

FAILS = "send_all_gives_up_after_the_timeout_of_the_socket"
BELIEVES = "timeout-is-everywhere"


def send_all(sock, data):
    sock.setblocking(True)
    unsent = memoryview(data)
    while unsent:
        unsent = unsent[sock.send(unsent) :]
