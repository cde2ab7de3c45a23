"""Knows EINVAL, and is surprised by a listener that was closed."""

FAILS = "serve_serially_returns_when_its_listener_was_closed"
BELIEVES = "one-error-one-meaning"
WRITTEN = "without sight of the checks"


def serve_serially(listener, handle):
    while True:
        try:
            client, _ = listener.accept()
        except OSError as error:
            if error.errno == errno.EINVAL:
                return
            raise
        with client:
            try:
                handle(client)
            except Exception:
                log.exception("not served")
