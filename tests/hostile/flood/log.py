"""Writes exceptions to its log without an end."""

import logging

log = logging.getLogger("labs.hostile")


def local_endpoint(sock):
    while True:
        try:
            raise OSError("z" * 1_000_000)
        except OSError:
            log.exception("again")
