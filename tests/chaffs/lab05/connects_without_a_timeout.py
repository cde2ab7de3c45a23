"""Bounds the connect, and then waits for ever."""

FAILS = "connect_to_returns_a_connected_socket_with_the_timeout"
BELIEVES = "timeout-bounds-request"


def connect_to(origin, timeout_s):
    try:
        sock = socket.create_connection(origin, timeout_s)
    except (OSError, UnicodeError) as error:
        raise in_http(error, ORIGIN) from error
    sock.settimeout(None)
    return sock
