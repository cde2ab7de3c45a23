"""Ends its process with status 0, as if all were well."""

import os


def local_endpoint(sock):
    os._exit(0)
