"""Takes memory without an end."""


def local_endpoint(sock):
    kept = []
    while True:
        kept.append(bytearray(1 << 26))
