"""Waits with select until somebody is there; takes the listener from a file descriptor."""

import select


def open_listener(host, port, backlog=128):
    family, address = address_here(host, port)
    with socket.socket(family, socket.SOCK_STREAM) as half_made:
        try:
            half_made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            half_made.bind(address)
            half_made.listen(backlog)
            return socket.socket(fileno=half_made.detach())
        except OSError as error:
            error.strerror = f"{error.strerror} ({address})"
            raise


def serve_serially(listener, handle):
    while True:
        try:
            select.select([listener], [], [])
            descriptor, _ = listener._accept()
        except ValueError:  # from select, if the listener is closed
            return
        except OSError as error:
            if error.errno in NO_MORE_CLIENTS:
                return
            raise
        client = socket.socket(listener.family, listener.type, fileno=descriptor)
        try:
            handle(client)
        except Exception:
            pass
        finally:
            client.close()
