"""Returns a list in a list in a list, a hundred thousand deep."""


def local_endpoint(sock):
    value = []
    for _ in range(100_000):
        value = [value]
    return value
