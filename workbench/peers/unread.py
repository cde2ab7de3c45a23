"""How many bytes wait unread at the *other* end of a loopback connection, as its kernel sees it.

Needs no descriptor of that end, which may belong to another process: a kept copy would hold back
its FIN. Knows no script. Linux only: elsewhere the answer is None.
"""

from __future__ import annotations

import socket

from workbench.sock_diag import end_at


def unread_at_other_end(sock: socket.socket) -> int | None:
    """Return the bytes that the other end has received and not read; None if nobody can tell.

    None too when the other end is closed.
    """
    if sock.family not in (socket.AF_INET, socket.AF_INET6):
        return None
    try:
        end = end_at(sock.getpeername()[:2], sock.getsockname()[:2])
    except OSError:
        return None
    return end and end.unread
