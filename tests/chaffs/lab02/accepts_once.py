"""Accepts one client, serves it, and returns."""

FAILS = "serve_serially_serves_one_client_after_another"
BELIEVES = "one-client-is-all"


def serve_serially(listener, handle):
    client, _ = listener.accept()
    with client:
        try:
            handle(client)
        except Exception:
            log.exception("not served")
