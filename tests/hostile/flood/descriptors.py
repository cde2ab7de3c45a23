"""Opens sockets until no descriptor is left, and keeps them."""

kept = []


def local_endpoint(sock):
    while True:
        kept.append(socket.socket())
