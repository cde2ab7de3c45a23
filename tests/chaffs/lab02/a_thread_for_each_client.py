"""Accepts everybody at once, since otherwise the next client could not connect, it says."""

FAILS = "serve_serially_serves_in_the_order_of_connecting"
BELIEVES = "handshake-waits"

import threading


def serve_serially(listener, handle):
    def serve(client):
        with client:
            try:
                handle(client)
            except Exception:
                log.exception("not served")

    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=serve, args=(client,), daemon=True).start()
