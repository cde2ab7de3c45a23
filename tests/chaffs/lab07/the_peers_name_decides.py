"""Asks getpeername whether it is connected, which tells that it is not, but not why."""

FAILS = "finish_connect_tells_a_refusal"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def finish_connect(sock):
    sock.getpeername()
