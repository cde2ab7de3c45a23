"""Never closes a client: the connection ends by itself, it says."""

FAILS = "serve_serially_closes_a_client_when_handle_returns"
BELIEVES = "done-is-closed"

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
