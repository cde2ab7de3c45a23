"""A pattern that takes for ever."""

import re


def local_endpoint(sock):
    return re.match("(a*)*b", "a" * 64)
