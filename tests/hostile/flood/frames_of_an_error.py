"""Raises out of a very long line, again and again in a recursion."""


def local_endpoint(sock):
    return local_endpoint(sock) + "@LONG@"
