"""Closes the client after the `except Exception`, so a Ctrl-C in the handler leaves it open."""

FAILS = "serve_serially_closes_a_client_whose_handler_raised"
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
        try:
            handle(client)
        except Exception:
            log.exception("a client failed")
        client.close()
