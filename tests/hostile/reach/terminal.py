"""Puts commands to a terminal into its errors and its output."""


def local_endpoint(sock):
    print("\x1b[2J\x1b]0;spoiled\x07")
    raise OSError("\x1b[1A\x1b[2Kall passed\r\x9b2J\x00\x7f\u202e")
