"""Calls connect again and again, until it raises no more."""

FAILS = "start_connect_does_not_wait_for_the_answer"
BELIEVES = ""


import errno


def start_connect(endpoint):
    family, address = address_of(endpoint)
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setblocking(False)
    while True:
        code = sock.connect_ex(address)
        if code in (0, errno.EISCONN):
            return sock
        if code not in (errno.EINPROGRESS, errno.EALREADY):
            sock.close()
            raise OSError(code, os.strerror(code))
