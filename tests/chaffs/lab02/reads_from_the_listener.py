"""Talks over the listener, as if accept() had completed it."""

FAILS = "serve_serially_talks_over_the_accepted_connection"
BELIEVES = "accept-new-port"


def serve_serially(listener, handle):
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        with client:
            try:
                handle(listener)
            except Exception:
                log.exception("not served")
