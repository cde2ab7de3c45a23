"""Sends the end with shutdown, and takes that for close."""

FAILS = "serve_serially_leaks_no_descriptor_over_200_clients"
BELIEVES = "done-is-closed"
WRITTEN = "without sight of the checks"


KEPT = []


def serve_serially(listener, handle):
    while True:
        try:
            client, _ = listener.accept()
        except ConnectionAbortedError:
            continue
        except OSError as error:
            if error.errno in NO_MORE_CLIENTS:
                return
            raise
        KEPT.append(client)
        try:
            handle(client)
        except Exception:
            log.exception("not served")
        finally:
            try:
                client.shutdown(socket.SHUT_WR)
            except OSError:
                pass
