"""Tidies up a socket that is not its own."""

FAILS = "send_all_leaves_the_socket_open_when_it_gives_up"
BELIEVES = ""


def send_all(sock, data):
    unsent = memoryview(data)
    while unsent:
        try:
            unsent = unsent[sock.send(unsent) :]
        except BlockingIOError:
            wait_until_writable(sock)
        except OSError:
            sock.close()
            raise
