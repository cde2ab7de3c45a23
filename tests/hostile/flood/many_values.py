"""Returns as many small values as fit, each of which costs many times its size."""


def local_endpoint(sock):
    return [[] for _ in range(300_000)]
