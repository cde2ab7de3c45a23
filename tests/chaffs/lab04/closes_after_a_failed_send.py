"""Closes the socket when a send has failed, though it belongs to the caller."""

FAILS = "send_all_leaves_the_socket_open_when_it_gives_up"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def send_all(sock, data):
    view = memoryview(data)
    while view:
        try:
            view = view[sock.send(view) :]
        except BlockingIOError:
            wait_until_writable(sock)
        except OSError:
            sock.close()
            raise
