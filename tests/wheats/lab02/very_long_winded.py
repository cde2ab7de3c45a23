"""Every step by itself; closes by hand; no with, no helper."""


def open_listener(host, port, backlog=128):
    if ":" in host:
        listener = socket.socket(socket.AF_INET6, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    else:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, True)
    except OSError:
        listener.close()
        raise
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        error.strerror = "could not bind to host " + host + ", port " + str(port)
        raise
    try:
        listener.listen(backlog)
    except OSError as error:
        listener.close()
        error.strerror = "could not listen at host " + host + ", port " + str(port)
        raise
    return listener


def serve_serially(listener, handle):
    is_open = True
    while is_open:
        client = None
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno == errno.EINVAL or error.errno == errno.EBADF:
                is_open = False
            elif error.errno == errno.ECONNABORTED:
                pass
            else:
                raise
        if client is not None:
            try:
                handle(client)
            except Exception as error:
                log.error("%r: %r", address, error)
            finally:
                client.close()
