"""Lab 08, given: the proxy as a program: its options, its signals, how it ends.

Knows no state of a connection. Lab 09 hands in another loop and another tunnel.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import fields
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

from labs.lab01_five_tuple import local_endpoint
from labs.lab02_accept import address_here, open_listener
from labs.lab06_select_loop import SelectLoop
from labs.lab07_connect_tunnel import Tunnel
from labs.lab08_access import HTTPS, Access
from labs.lab08_limits import Limits
from labs.lab08_log import FORMATS, Log, table

ABOUT = """An HTTP/1.1 forward proxy. It listens on loopback, for this machine alone. To listen
elsewhere it must be told who may use it, by --allow or --auth."""
DEFAULTS = Limits()
HEEDED = {signal.SIGTERM, signal.SIGINT, signal.SIGUSR1}
BACKLOG = 1_024  # who finds no room in the queue tries again after a second: a burst needs room


def ports(text: str) -> frozenset[int] | None:
    """Some ports, such as "443,8443"; None for "any"."""
    return None if text == "any" else frozenset(map(int, text.split(",")))


def credentials(text: str) -> str:
    """USER:PASSWORD, or @FILE whose first line is that. Raises ArgumentTypeError."""
    try:
        if text.startswith("@"):
            text = Path(text[1:]).read_text("utf-8").partition("\n")[0]
    except (OSError, UnicodeError) as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    if not all(text.partition(":")):
        raise argparse.ArgumentTypeError("not USER:PASSWORD")  # and no word of what it is
    return text


def parser(limits: Limits = DEFAULTS) -> argparse.ArgumentParser:
    """All options, and for each of the `limits` one, with its reason."""
    parser = argparse.ArgumentParser(description=ABOUT)
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="where to listen (%(default)s)")
    add("--port", default=8080, type=int, help="0: any free one (%(default)s)")
    about = "who may come, besides this machine, such as 192.168.1.0/24; may be given again"
    add("--allow", metavar="NETWORK", type=ip_network, action="append", default=[], help=about)
    about = "what clients must know; @FILE reads it from there, for all can see a command line"
    add("--auth", metavar="USER:PASSWORD", type=credentials, help=about)
    about = "where tunnels may go: 443,8443 or any (any on loopback, else 443)"
    add("--connect-ports", metavar="PORTS", type=ports, default=argparse.SUPPRESS, help=about)
    about = "of the line on stdout for each exchange (%(default)s)"
    add("--log-format", choices=[*FORMATS, "none"], default="common", help=about)
    bounds = parser.add_argument_group("bounds, in bytes, seconds or connections")
    for bound in fields(limits):
        option, value = "--" + bound.name.replace("_", "-"), getattr(limits, bound.name)
        about = f"{bound.metadata['why']} (%(default)s)"
        bounds.add_argument(option, metavar="N", type=type(value), default=value, help=about)
    return parser


def access_of(options: argparse.Namespace, host: str) -> Access:
    """The rules for a listener here. Raises ValueError if all the world could come."""
    is_here = ip_address(host).is_loopback
    if not (is_here or options.allow or options.auth):
        raise ValueError(f"{host} is open to others: --allow or --auth must say who may come")
    connect_ports = getattr(options, "connect_ports", None if is_here else HTTPS)
    return Access(tuple(options.allow), options.auth or "", connect_ports)


def serve(
    listener: socket.socket, options: argparse.Namespace, proxy: Callable[..., Any],
    loop: Any, tunnel: type[Tunnel] = Tunnel,
) -> None:  # fmt: skip
    """Turn `loop`, and close it, when SIGTERM or SIGINT has come and what was in flight is over."""
    limits = Limits(**{bound.name: getattr(options, bound.name) for bound in fields(Limits)})
    access = access_of(options, local_endpoint(listener).host)
    has_log = options.log_format != "none"
    log = Log(loop, sys.stdout.fileno(), options.log_format) if has_log else lambda *_: None
    serving = proxy(listener, loop, limits, access, log, tunnel)
    on_signal = dict.fromkeys((signal.SIGTERM, signal.SIGINT), serving.stop)
    on_signal[signal.SIGUSR1] = lambda: os.write(sys.stderr.fileno(), table(serving).encode())
    for number, reaction in on_signal.items():
        signal.signal(number, lambda *_, reaction=reaction: loop.call_from_thread(reaction))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, HEEDED)
    while serving.clients or not serving.is_stopping:
        loop.run_once()
    if has_log:
        log.flush()
    loop.close()


def open_one(options: argparse.Namespace) -> list[socket.socket]:
    """The listener that the options ask for."""
    return [open_listener(options.host, options.port, BACKLOG)]


def begin(
    cli: argparse.ArgumentParser, open_all: Callable[..., list[socket.socket]] = open_one
) -> tuple[list[socket.socket], argparse.Namespace]:
    """Listen as the command line says, and say where. Exits with status 2 if that can't be."""
    options = cli.parse_args()
    try:
        access_of(options, address_here(options.host, options.port)[1][0])
        listeners = open_all(options)
    except (OSError, ValueError) as error:
        cli.error(str(error))
    signal.pthread_sigmask(signal.SIG_BLOCK, HEEDED)  # until `serve` can act on them
    print("listening on {}:{}".format(*local_endpoint(listeners[0])), flush=True)
    return listeners, options


def main(proxy: Callable[..., Any]) -> None:
    """The whole program, with lab 06's loop and lab 07's tunnel."""
    (listener,), options = begin(parser())
    serve(listener, options, proxy, SelectLoop())
