"""As few lines as can be: the kernel's own error with a longer text, and suppress for the rest."""

from contextlib import suppress


def open_listener(host, port, backlog=128):
    family, address = address_here(host, port)
    listener = socket.socket(family)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(backlog)
        return listener
    except OSError as error:
        listener.close()
        error.strerror += f": {host}:{port}"
        raise


def serve_serially(listener, handle):
    while client := accepted(listener):
        with client, suppress(Exception):
            handle(client)


def accepted(listener):
    try:
        return listener.accept()[0]
    except OSError as error:
        if error.errno not in NO_MORE_CLIENTS:
            raise
