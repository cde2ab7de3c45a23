"""Lets the exception of one client's handler end the server for all."""

FAILS = "serve_serially_survives_a_handler_that_raises"
BELIEVES = "next-line-runs"


def serve_serially(listener, handle):
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        with client:
            handle(client)
