"""Takes every error of accept() for a client's, and tries again: without end, once it is shut."""

FAILS = "serve_serially_returns_when_its_listener_is_shut_down"
BELIEVES = "accept-never-fails"


def serve_serially(listener, handle):
    while listener.fileno() != -1:
        try:
            client, _ = listener.accept()
        except OSError:
            continue
        with client:
            try:
                handle(client)
            except Exception:
                log.exception("not served")
