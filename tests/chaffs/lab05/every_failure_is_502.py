"""Tells the client the same, whatever went wrong."""

FAILS = "connect_to_tells_refused_from_silent"
BELIEVES = "failures-are-silent"


def connect_to(origin, timeout_s):
    try:
        return socket.create_connection(origin, timeout_s)
    except (OSError, UnicodeError) as error:
        raise HttpError(502, str(error)) from error
