"""Takes every address for IPv4."""

FAILS = "start_connect_can_go_to_an_ipv6_address"
BELIEVES = ""


def start_connect(endpoint):
    address_of(endpoint)
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setblocking(False)
    try:
        with suppress(BlockingIOError):
            sock.connect(endpoint)
    except OSError:
        sock.close()
        raise
    return sock
