"""Gives each client's socket a timeout of five seconds, so no client can stop the server."""

FAILS = "serve_serially_gives_handle_all_the_time_it_likes"
BELIEVES = ""
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
        client.settimeout(5)
        with client:
            try:
                handle(client)
            except Exception:
                log.exception("a client failed")
