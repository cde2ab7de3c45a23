"""Takes any free port if the one that was asked for is in use."""

FAILS = "open_listener_takes_no_other_port"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def open_listener(host, port, backlog=128):
    family, address = address_here(host, port)
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind(address)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            sock.bind((address[0], 0, *address[2:]))
        sock.listen(backlog)
    except OSError as error:
        sock.close()
        raise OSError(error.errno, f"{host} port {port}: {error.strerror}") from error
    return sock
