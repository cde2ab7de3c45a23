"""Expects that accept() returns with a client or not at all."""

FAILS = "serve_serially_returns_when_its_listener_is_shut_down"
BELIEVES = "accept-never-fails"


def serve_serially(listener, handle):
    while True:
        client, _ = listener.accept()
        with client:
            try:
                handle(client)
            except Exception:
                log.exception("not served")
