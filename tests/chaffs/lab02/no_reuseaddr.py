"""Sets no option, and can't be started twice within a minute."""

FAILS = "open_listener_sets_reuseaddr"
BELIEVES = "reuseaddr-now"


def open_listener(host, port, backlog=128):
    family, address = address_here(host, port)
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.bind(address)
        listener.listen(backlog)
    except OSError as error:
        listener.close()
        raise OSError(error.errno, f"{host} port {port}: {error.strerror}") from error
    return listener
