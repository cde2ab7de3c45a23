"""Catches all that a handler raises, Ctrl-C as well."""

FAILS = "serve_serially_lets_ctrl_c_through"
BELIEVES = ""


def serve_serially(listener, handle):
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
            except BaseException:
                log.exception("not served")
