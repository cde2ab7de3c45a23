"""Each client in a thread, which is waited for; tries every address that the host has."""

from concurrent.futures import ThreadPoolExecutor


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
    with ThreadPoolExecutor(1) as pool:
        for client in iter(lambda: next_client(listener), None):
            try:
                pool.submit(handle, client).result()
            except Exception:
                log.info("failed", exc_info=True)
            finally:
                client.close()


def next_client(listener):
    try:
        return listener.accept()[0]
    except OSError as error:
        if error.errno in (errno.EINVAL, errno.EBADF):
            return None
        raise
