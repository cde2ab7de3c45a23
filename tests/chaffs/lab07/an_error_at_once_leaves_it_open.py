"""When connect fails at once the exception gets out, and the socket stays open as long as somebody holds the exception."""

FAILS = "start_connect_leaves_nothing_open_if_it_raises"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def start_connect(endpoint):
    family, address = address_of(endpoint)
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setblocking(False)
    with suppress(BlockingIOError):
        sock.connect(address)
    return sock
