"""Returns when the listener is shut down, and tries again after any other error."""

FAILS = "serve_serially_lets_other_errors_of_accept_through"
BELIEVES = "one-error-one-meaning"


def serve_serially(listener, handle):
    while True:
        try:
            client, _ = listener.accept()
        except OSError as error:
            if error.errno in NO_MORE_CLIENTS:
                return
            continue
        with client:
            try:
                handle(client)
            except Exception:
                log.exception("not served")
