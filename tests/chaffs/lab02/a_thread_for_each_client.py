"""Accepts everybody at once: those who wait would be lost, it says."""

FAILS = "serve_serially_serves_in_the_order_of_connecting"
BELIEVES = "waiting-needs-accept"

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
