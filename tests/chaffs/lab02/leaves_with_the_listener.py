"""Watches the listener while it serves, and leaves with it: its clients are gone, too, it says."""

FAILS = "serve_serially_finishes_its_client_when_it_is_shut_down"
BELIEVES = "closing-listener-drops"

import threading


def serve_serially(listener, handle):
    def serve(client):
        try:
            handle(client)
        except Exception:
            log.exception("not served")

    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        with client:
            server = threading.Thread(target=serve, args=(client,), daemon=True)
            server.start()
            while server.is_alive():
                server.join(0.01)
                if not listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                    client.shutdown(socket.SHUT_RDWR)
                    return
