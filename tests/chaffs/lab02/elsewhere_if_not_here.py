"""Where the address can't be had, it takes all the others."""

FAILS = "open_listener_refuses_an_address_that_is_not_here"
BELIEVES = "same-address"


def open_listener(host, port, backlog=128):
    family, address = address_here(host, port)
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
        except OSError as error:
            if error.errno != errno.EADDRNOTAVAIL:
                raise
            listener.bind(("", port))
        listener.listen(backlog)
    except OSError as error:
        listener.close()
        raise OSError(error.errno, f"{host} port {port}: {error.strerror}") from error
    return listener
