"""What the standard library has for it, in as few lines as can be."""

from contextlib import suppress


def open_listener(host, port, backlog=128):
    return socket.create_server((host, port), family=address_here(host, 0)[0], backlog=backlog)


def serve_serially(listener, handle):
    while client := accepted(listener):
        with client, suppress(Exception):
            handle(client)


def accepted(listener):
    with suppress(OSError):
        return listener.accept()[0]
