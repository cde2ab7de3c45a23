"""Starts a thread for each client, so that nobody has to wait."""

FAILS = "serve_serially_serves_in_the_order_of_connecting"
BELIEVES = "waiting-needs-accept"
WRITTEN = "without sight of the checks"


def serve_serially(listener, handle):
    import threading

    def serve(client):
        with client:
            try:
                handle(client)
            except Exception:
                log.exception("a client failed")

    while True:
        try:
            client, _ = listener.accept()
        except OSError as error:
            if error.errno in NO_MORE_CLIENTS:
                return
            if error.errno == errno.ECONNABORTED:
                continue
            raise
        threading.Thread(target=serve, args=[client], daemon=True).start()
