"""Says goodbye to each client with shutdown(), and keeps it in a list for later."""

FAILS = "serve_serially_leaks_no_descriptor_over_200_clients"
BELIEVES = "done-is-closed"

from contextlib import suppress


def serve_serially(listener, handle):
    clients = []
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            break
        clients.append(client)
        try:
            handle(client)
        except Exception:
            log.exception("not served")
        with suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)
    for client in clients:
        client.close()
