"""Sets the timeout when the connection is there, and waits for it as long as the system likes."""

FAILS = "connect_to_waits_no_longer_than_its_timeout"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def connect_to(origin, timeout_s):
    try:
        sock = socket.create_connection(origin)
    except (OSError, UnicodeError) as error:
        raise in_http(error, ORIGIN) from error
    sock.settimeout(timeout_s)
    return sock
