"""Sees the end only in a listener that was closed, so a shutdown comes out as an OSError."""

FAILS = "serve_serially_returns_when_its_listener_is_shut_down"
BELIEVES = "accept-never-fails"
WRITTEN = "without sight of the checks"


def serve_serially(listener, handle):
    while listener.fileno() != -1:
        try:
            client, _ = listener.accept()
        except OSError as error:
            if error.errno in (errno.EBADF, errno.ECONNABORTED):
                continue
            raise
        with client:
            try:
                handle(client)
            except Exception:
                log.exception("a client failed")
