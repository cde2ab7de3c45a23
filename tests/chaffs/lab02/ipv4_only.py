"""Takes every address for IPv4."""

FAILS = "open_listener_can_be_at_an_ipv6_address"
BELIEVES = "same-address"


def open_listener(host, port, backlog=128):
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(backlog)
    except OSError as error:
        listener.close()
        raise OSError(error.errno, f"{host} port {port}: {error.strerror}") from error
    return listener
