"""Raises a BaseException of its own whose text raises, too."""


class Away(BaseException):
    def __str__(self):
        raise self

    __repr__ = __str__


def local_endpoint(sock):
    raise Away
