"""Makes the socket blocking so that send waits, and leaves it so."""

FAILS = "send_all_leaves_a_non_blocking_socket_as_it_was"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def send_all(sock, data):
    if sock.gettimeout() == 0:
        sock.setblocking(True)
    view = memoryview(data)
    while view:
        view = view[sock.send(view) :]
