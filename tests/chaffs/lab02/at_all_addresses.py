"""Binds to all addresses of the machine: open to everybody, by accident."""

FAILS = "open_listener_is_at_the_host_it_is_given"
BELIEVES = "same-address"


def open_listener(host, port, backlog=128):
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("", port))
        listener.listen(backlog)
    except OSError as error:
        listener.close()
        raise OSError(error.errno, f"{host} port {port}: {error.strerror}") from error
    return listener
