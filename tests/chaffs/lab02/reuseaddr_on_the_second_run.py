"""Sets SO_REUSEADDR where the address is in use, and tries again: too late for the first run."""

FAILS = "open_listener_sets_reuseaddr"
BELIEVES = "reuseaddr-now"


def open_listener(host, port, backlog=128):
    family, address = address_here(host, port)
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        try:
            listener.bind(address)
        except OSError:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
        listener.listen(backlog)
    except OSError as error:
        listener.close()
        raise OSError(error.errno, f"{host} port {port}: {error.strerror}") from error
    return listener
