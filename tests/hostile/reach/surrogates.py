"""Raises a text that can't be encoded."""


def local_endpoint(sock):
    print(b"\xff\xfe\x80")
    raise OSError("\udcff\ud800")
