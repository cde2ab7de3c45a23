"""Leaves the closing to the client."""

FAILS = "serve_serially_closes_a_client_when_handle_is_done"
BELIEVES = "one-client-is-all"

clients = []


def serve_serially(listener, handle):
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        clients.append(client)
        try:
            handle(client)
        except Exception:
            log.exception("not served")
