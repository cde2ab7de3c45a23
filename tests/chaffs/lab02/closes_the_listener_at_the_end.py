"""Closes the listener when it returns, though somebody else opened it."""

FAILS = "serve_serially_leaves_the_listener_open"
BELIEVES = ""


def serve_serially(listener, handle):
    with listener:
        while True:
            try:
                client, _ = listener.accept()
            except OSError as error:
                if error.errno in NO_MORE_CLIENTS:
                    return
                raise
            with client:
                try:
                    handle(client)
                except Exception:
                    log.exception("not served")
