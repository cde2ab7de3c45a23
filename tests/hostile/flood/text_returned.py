"""Returns a text of 200 million characters."""


def local_endpoint(sock):
    return "x" * 200_000_000
