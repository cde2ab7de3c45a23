"""Has SO_REUSEADDR, which lets several use one address, by its name."""

FAILS = "listeners_share_a_port"
BELIEVES = "reuseaddr-shares"


def open_listeners(host, port, count):
    with open_listener(host, port) as alone:
        address = alone.getsockname()
    listeners = []
    try:
        for _ in range(count):
            listeners.append(open_listener(*address))
    except OSError:
        for listener in listeners:
            listener.close()
        raise
    return listeners
