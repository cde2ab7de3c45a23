"""Remembers each socket's name by its descriptor, and the next socket gets the same number."""

FAILS = "local_endpoint_is_asked_anew_for_each_socket"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def local_endpoint(sock, known={}):
    number = sock.fileno()
    if number not in known:
        known[number] = endpoint_from(sock.getsockname())
    return known[number]
