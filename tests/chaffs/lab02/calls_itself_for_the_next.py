"""Serves the next client by calling itself, until Python's stack is full."""

FAILS = "serve_serially_goes_round_in_a_loop"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def serve_serially(listener, handle):
    try:
        client, _ = listener.accept()
    except OSError as error:
        if error.errno in NO_MORE_CLIENTS:
            return
        if error.errno != errno.ECONNABORTED:
            raise
    else:
        with client:
            try:
                handle(client)
            except Exception:
                log.exception("a client failed")
    serve_serially(listener, handle)
