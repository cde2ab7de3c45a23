"""Expects of a handler that only its socket can fail."""

FAILS = "serve_serially_survives_a_handler_that_raises"
BELIEVES = "next-line-runs"


def serve_serially(listener, handle):
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        with client:
            try:
                handle(client)
            except OSError:
                log.exception("not served")
