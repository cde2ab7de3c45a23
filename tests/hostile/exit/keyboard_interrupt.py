"""Raises KeyboardInterrupt, by which pytest ends the whole run."""


def local_endpoint(sock):
    raise KeyboardInterrupt
