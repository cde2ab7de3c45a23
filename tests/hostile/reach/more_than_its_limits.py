"""Raises its own limits."""

import resource


def local_endpoint(sock):
    for kind in (resource.RLIMIT_FSIZE, resource.RLIMIT_AS, resource.RLIMIT_NPROC):
        resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    raise RuntimeError("BREACH: no limits")
