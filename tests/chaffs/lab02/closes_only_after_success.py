"""Closes the client in the line after handle(), which an exception skips."""

FAILS = "serve_serially_closes_a_client_whose_handler_raised"
BELIEVES = "next-line-runs"

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
            client.close()
        except Exception:
            log.exception("not served")
