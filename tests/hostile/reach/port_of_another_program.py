"""Connects to a port at which another program of this machine listens."""

import socket as s


def local_endpoint(sock):
    with s.create_connection(("127.0.0.1", int("@PORT@")), 0.5) as other:
        other.sendall(b"spoiled")
