"""Waits for a client that never comes."""


def local_endpoint(sock):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.accept()
