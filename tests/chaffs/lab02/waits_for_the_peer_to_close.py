"""Reads what the client still says until it closes, before it closes the socket itself."""

FAILS = "serve_serially_closes_a_client_when_handle_returns"
BELIEVES = "done-is-closed"
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
        with client:
            try:
                handle(client)
                while client.recv(4096):
                    pass
            except Exception:
                log.exception("a client failed")
