"""Prints without an end."""


def local_endpoint(sock):
    while True:
        print("x" * 65_536)
