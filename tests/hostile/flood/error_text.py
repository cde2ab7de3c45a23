"""Raises an error whose text is endless, with a chain of causes."""


def local_endpoint(sock):
    error = OSError("x" * 10_000_000)
    for _ in range(2_000):
        last, error = error, OSError("y" * 100_000)
        error.__cause__ = last
    raise error
