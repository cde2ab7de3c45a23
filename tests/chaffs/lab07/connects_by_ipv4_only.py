"""Makes an IPv4 socket whatever the endpoint is."""

FAILS = "start_connect_can_go_to_an_ipv6_address"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def start_connect(endpoint):
    _, address = address_of(endpoint)
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setblocking(False)
    try:
        sock.connect(address)
    except BlockingIOError:
        pass
    except OSError:
        sock.close()
        raise
    return sock
