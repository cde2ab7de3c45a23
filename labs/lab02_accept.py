"""Lab 02: the front door.

Opens a listener and serves those who come, one at a time. Knows nothing of what they say.
"""

from __future__ import annotations

import errno
import logging
import socket
from collections.abc import Callable

Handler = Callable[[socket.socket], None]

log = logging.getLogger(__name__)
log.addHandler(logging.NullHandler())  # silent, until a program sets logging up

# What accept() says of a listener that was shut down, and of one that was closed.
NO_MORE_CLIENTS = (errno.EINVAL, errno.EBADF)


def address_here(host: str, port: int) -> tuple[socket.AddressFamily, tuple]:
    """The address family of `host`, and the address that `bind` wants for it. Given.

    Raises socket.gaierror, an OSError that names host and port, if nobody knows `host`;
    ValueError if `port` is no port.
    """
    if not 0 <= port <= 65_535:
        raise ValueError(f"{port} is no port: they go from 0 to 65535")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        raise socket.gaierror(error.errno, f"{host} port {port}: {error.strerror}") from error
    family, _, _, _, address = found[0]
    return family, address


def open_listener(host: str, port: int, backlog: int = 128) -> socket.socket:  # exercise
    """A TCP socket that listens at `host` and `port`, and there only.

    `host` is an address of this machine, IPv4 or IPv6, or a name for one: `address_here` tells
    its family and what to bind to. Port 0 lets the kernel choose a free one. `backlog` goes to
    `listen`: how many finished connections may wait for `accept` (listen(2)).

    Sets SO_REUSEADDR, and does so before `bind`: else connections of an earlier run, which stay
    in TIME-WAIT for a minute, hold the address, and a restart fails (socket(7)). A port on which
    somebody listens stays in use all the same.

    Returns the listener: blocking, without a timeout; the caller closes it. Does not block,
    unless a name must be looked up. Raises OSError whose text names host and port, with the
    kernel's errno, where it can't listen (port in use: EADDRINUSE; no address of this machine:
    EADDRNOTAVAIL). Then no socket is left open.
    """
    raise NotImplementedError("open_listener")


def serve_serially(listener: socket.socket, handle: Handler) -> None:  # exercise
    """Serve the listener's clients, one at a time, in the order in which they connected.

    Calls `handle(client)` with the socket that `accept` returned. It talks to the client for as
    long as it likes; the others wait in the kernel's queue. When it is done this function closes
    the client, whatever happened, and takes the next one.

    An Exception from `handle` is that client's affair: note it with `log.exception`, which keeps
    still until a program sets logging up, and serve the next one. Others, such as
    KeyboardInterrupt, pass through, with the client closed.

    Blocks. Returns None when the listener is shut down or closed, which makes `accept` raise one
    of NO_MORE_CLIENTS; a client that is being served then is served to its end. A client that
    gave up before its turn is skipped (ECONNABORTED; on Linux `accept` still returns it, and
    `handle` meets the reset). Raises OSError for any other error of `accept`, such as EMFILE, no
    descriptors left: the client stays in the queue, so trying again at once would only spin.
    Does not close the listener: whoever opened it does.
    """
    raise NotImplementedError("serve_serially")
