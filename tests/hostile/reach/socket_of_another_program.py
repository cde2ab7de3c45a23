"""Connects to another program by a name that is no file."""


def local_endpoint(sock):
    with socket.socket(socket.AF_UNIX) as other:
        other.connect("\0@NAME@")
        other.sendall(b"spoiled")
