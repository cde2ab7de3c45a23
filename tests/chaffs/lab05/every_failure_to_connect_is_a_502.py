"""Says 502 whatever the failure is, and also where the origin was silent."""

FAILS = "connect_to_tells_refused_from_silent"
BELIEVES = "failures-are-silent"
WRITTEN = "without sight of the checks"


def connect_to(origin, timeout_s):
    try:
        return socket.create_connection(origin, timeout_s)
    except (OSError, UnicodeError) as error:
        raise HttpError(502, f"{origin.host}: {error}") from error
