"""Reads memory that is not there."""

import ctypes


def local_endpoint(sock):
    return ctypes.string_at(0)
