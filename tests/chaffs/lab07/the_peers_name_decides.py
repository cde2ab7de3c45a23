"""Asks getpeername whether it is connected, which tells that it is not, but not why."""

FAILS = "finish_connect_raises_if_it_was_refused"
BELIEVES = "writable-is-connected"
WRITTEN = "without sight of the checks"


def finish_connect(sock):
    sock.getpeername()
