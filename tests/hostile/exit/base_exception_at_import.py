"""Raises a BaseException of its own while it is imported."""


class Away(BaseException):
    def __str__(self):
        raise self


raise Away
