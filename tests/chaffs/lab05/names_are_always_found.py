"""Does not expect that a lookup fails."""

FAILS = "connect_to_a_name_that_is_none_is_502"
BELIEVES = "lookup-is-free"


def connect_to(origin, timeout_s):
    try:
        return socket.create_connection(origin, timeout_s)
    except (ConnectionError, TimeoutError) as error:
        raise in_http(error, ORIGIN) from error
