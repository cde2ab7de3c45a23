"""Closes the listener with its client."""

FAILS = "serve_serially_serves_one_client_after_another"
BELIEVES = "one-client-is-all"


def serve_serially(listener, handle):
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        with listener, client:
            try:
                handle(client)
            except Exception:
                log.exception("not served")
