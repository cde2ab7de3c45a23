"""Shuts each client down before it closes it, which raises if the client is gone already."""

FAILS = "serve_serially_survives_a_client_that_reset_while_it_waited"
BELIEVES = "one-error-one-meaning"
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
        try:
            handle(client)
        except Exception:
            log.exception("a client failed")
        finally:
            client.shutdown(socket.SHUT_RDWR)
            client.close()
