"""Makes an IPv4 socket, whatever the name leads to."""

FAILS = "connect_to_reaches_ipv6"
BELIEVES = "lookup-is-free"


def connect_to(origin, timeout_s):
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.settimeout(timeout_s)
        sock.connect(origin)
        return sock
    except (OSError, UnicodeError) as error:
        sock.close()
        raise in_http(error, ORIGIN) from error
