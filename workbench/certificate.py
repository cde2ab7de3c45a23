"""A certificate for `localhost` and its key, and the TLS contexts of both sides.

The key is published with this file, so it protects nothing: it is for exchanges on this machine.
"""

from __future__ import annotations

import ssl
from pathlib import Path

PEM = Path(__file__).with_name("localhost.pem")  # for localhost, 127.0.0.1 and ::1, until 2120


def server_context() -> ssl.SSLContext:
    """Return what a TLS server on this machine needs."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)
    return context


def client_context() -> ssl.SSLContext:
    """Return what a client needs that trusts this certificate, and no other one.

    It checks the name, as always: `wrap_socket(sock, server_hostname="localhost")`.
    """
    return ssl.create_default_context(cafile=PEM)
