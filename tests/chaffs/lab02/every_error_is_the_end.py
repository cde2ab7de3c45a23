"""Takes every error of accept() for the end, and returns without a word."""

FAILS = "serve_serially_lets_other_errors_of_accept_through"
BELIEVES = "one-error-one-meaning"


def serve_serially(listener, handle):
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        with client:
            try:
                handle(client)
            except Exception:
                log.exception("not served")
