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

# EINVAL: the listener was shut down. EBADF: it was closed; an accept() that waits already does
# not notice that, but the next one does.
NO_MORE_CLIENTS = (errno.EINVAL, errno.EBADF)


def address_here(host: str, port: int) -> tuple[socket.AddressFamily, tuple]:
    """The address family of `host`, and the address that `bind` wants for it. Given.

    Raises socket.gaierror, an OSError, if nobody knows `host`: its text names host and port
    already. Raises ValueError if `port` is no port. So call it outside your `try`.
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
    """A TCP socket that listens at `host` and `port`, and nowhere else.

    Write it with `socket.socket`, `bind` and `listen`, without `socket.create_server`, which does
    all of this at once: the steps are the exercise.

    `host` is an address of this machine, IPv4 or IPv6, or a name for one; `address_here` gives
    its family and the address for `bind`. (`::` means all addresses. On Linux IPv4 clients come
    in there, too.) With port 0 the kernel chooses a free port. `backlog` goes to `listen`: so
    many finished connections may wait for `accept`, and one more on Linux (`man 2 listen`).

    Sets SO_REUSEADDR before `bind`. Without it, connections of an earlier run that are in
    TIME-WAIT hold the address for a minute, and a restart fails (`man 7 socket`). A port on which
    somebody listens stays in use all the same.

    Returns the listener in blocking mode, as `socket.socket` makes it. The caller closes it.
    Does not block, except to look up a name.

    If it can't listen it closes its socket and raises OSError, with the kernel's errno (port in
    use: EADDRINUSE; not an address of this machine: EADDRNOTAVAIL) and a text that names host and
    port, such as `OSError(errno.EADDRINUSE, "127.0.0.1 port 8080: Address already in use")`.
    """
    raise NotImplementedError("open_listener")


def serve_serially(listener: socket.socket, handle: Handler) -> None:  # exercise
    """Serve the listener's clients, one at a time, in the order in which they connected.

    For each client: `accept`, then `handle(client)` with the socket that `accept` returned, then
    close that socket, whatever happened. `handle` takes as long as it likes; meanwhile the other
    clients wait in the kernel's queue.

    An Exception from `handle` concerns its own client alone: serve the next one. (You may note it
    with `log.exception`, which prints nothing until a program sets logging up.) Catch no more
    than Exception: KeyboardInterrupt, which is Ctrl-C, passes through and ends the program.

    If `accept` raises OSError, the errno says what to do:

    - one of NO_MORE_CLIENTS: the listener was shut down or closed. Return None.
    - ECONNABORTED: a client left before its turn. Take the next one. (No check can make this: on
      Linux `accept` returns such a client, and `handle` gets the reset.)
    - any other: let it through. With EMFILE, say, no descriptor is left. The client then stays in
      the queue, so to call `accept` again would fail at once, over and over.

    Blocks until then. If the listener is shut down while a client is being served, this client is
    served to its end first. Does not close the listener: whoever opened it does.

    Another thread ends the serving with `listener.shutdown(SHUT_RDWR)`, which wakes a waiting
    `accept` on Linux. `listener.close()` does not: one more client is taken before it shows.
    """
    raise NotImplementedError("serve_serially")
