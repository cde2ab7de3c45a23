"""Logs what accept raises and calls it again, unless the listener has ended: it spins at EMFILE."""

FAILS = "serve_serially_lets_other_errors_of_accept_through"
BELIEVES = "one-error-one-meaning"
WRITTEN = "without sight of the checks"


def serve_serially(listener, handle):
    while True:
        try:
            client, _ = listener.accept()
        except OSError as error:
            if error.errno in NO_MORE_CLIENTS:
                return
            log.exception("accept failed")
            continue
        with client:
            try:
                handle(client)
            except Exception:
                log.exception("a client failed")
