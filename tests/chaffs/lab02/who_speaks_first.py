"""Accepts whoever is there, and serves first who has spoken first; the silent ones come last."""

FAILS = "serve_serially_serves_in_the_order_of_connecting"
BELIEVES = "waiting-needs-accept"

import select


def serve_serially(listener, handle):
    clients = []
    while True:
        ready, _, _ = select.select([listener, *clients], [], [], 0.02)
        if listener in ready:
            try:
                clients.append(listener.accept()[0])
            except OSError:
                return
            continue
        for client in ready or clients[:1]:
            clients.remove(client)
            with client:
                try:
                    handle(client)
                except Exception:
                    log.exception("not served")
