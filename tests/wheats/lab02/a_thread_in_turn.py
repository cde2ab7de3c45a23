"""Each client in a thread of its own, and each thread waited for; listens with raw addresses."""

import threading


def open_listener(host, port, backlog=128):
    for family, kind, protocol, _, address in socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    ):
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(backlog)
        except OSError as error:
            listener.close()
            failed = OSError(error.errno, f"{error.strerror}: [{host}]:{port}")
        else:
            return listener
    raise failed


def serve_serially(listener, handle):
    def serve(client):
        try:
            handle(client)
        except Exception:
            log.info("failed", exc_info=True)
        finally:
            client.close()

    for client in iter(lambda: next_client(listener), None):
        thread = threading.Thread(target=serve, args=(client,))
        thread.start()
        thread.join()


def next_client(listener):
    try:
        return listener.accept()[0]
    except OSError:
        return None
