"""Closes the listener when the serving ends."""

FAILS = "serve_serially_leaves_the_listener_open"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def serve_serially(listener, handle):
    with listener:
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
                except Exception:
                    log.exception("a client failed")
