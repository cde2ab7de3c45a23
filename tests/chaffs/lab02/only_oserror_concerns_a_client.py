"""Catches only OSError from the handler: a ValueError in it ends the server."""

FAILS = "serve_serially_survives_a_handler_that_raises"
BELIEVES = "next-line-runs"
WRITTEN = "without sight of the checks"


def serve_serially(listener, handle):
    while True:
        try:
            client, _ = listener.accept()
        except OSError as error:
            if error.errno in NO_MORE_CLIENTS:
                return
            if error.errno == errno.ECONNABORTED:
                continue
            raise
        with client:
            try:
                handle(client)
            except OSError:
                log.exception("a client failed")
