"""Returns half a gigabyte."""


def local_endpoint(sock):
    return bytes(1 << 29)
