"""It is writable, so it is connected."""

FAILS = "finish_connect_raises_if_it_was_refused"
BELIEVES = "writable-is-connected"


def finish_connect(sock):
    return None
