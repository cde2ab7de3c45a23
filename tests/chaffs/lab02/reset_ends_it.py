"""Takes the reset of one client for the end of it all."""

FAILS = "serve_serially_survives_a_client_that_reset_while_it_waited"
BELIEVES = "one-error-one-meaning"


def serve_serially(listener, handle):
    try:
        while True:
            client, _ = listener.accept()
            with client:
                try:
                    handle(client)
                except OSError:
                    raise
                except Exception:
                    log.exception("not served")
    except OSError:
        return
