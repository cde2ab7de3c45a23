"""Catches everything that the handler raises with a bare `except:`, Ctrl-C too."""

FAILS = "serve_serially_lets_ctrl_c_through"
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
        with client:
            try:
                handle(client)
            except:  # noqa: E722
                log.exception("a client failed")
