"""Takes the address that accept() returns for a new port of the server, and connects to it."""

FAILS = "serve_serially_talks_over_the_accepted_connection"
BELIEVES = "accept-new-port"


def serve_serially(listener, handle):
    while True:
        try:
            client, address = listener.accept()
        except OSError:
            return
        client.close()
        try:
            with socket.create_connection(address) as connection:
                handle(connection)
        except Exception:
            log.exception("not served")
