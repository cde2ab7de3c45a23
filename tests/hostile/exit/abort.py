"""Ends its process by a signal."""

import os


def local_endpoint(sock):
    os.abort()
