"""Ends and edges: every name in the kernel's table as a dot, every connection as one edge.

Must not know where the table came from: it takes anything with local, remote, protocol and state.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from workbench.figures._drawing import Drawing
from workbench.figures._style import (
    INK,
    MONO,
    MUTED,
    PAPER,
    PRIMARY,
    SMALL_PT,
    TEXT_PT,
    WIDTH_IN,
    counted,
    house_style,
    inch_canvas,
    listed,
    shorten,
    spread,
    text_width_in,
)

Address = tuple[str, int]
MARGIN_IN, LABEL_GAP_IN = 0.2, 0.14
WIDEST_LABEL_IN = 2.6  # leaves the edges a third of the width


class Connection(Protocol):
    """One row of the kernel's table; `remote` is None for a listener."""

    local: Address
    remote: Address | None
    protocol: str
    state: str


class End(NamedTuple):
    """One name: the protocol is part of it, for TCP and UDP number their ports apart."""

    protocol: str
    host: str
    port: int


class Edge(NamedTuple):
    """One connection, and the state that each end is in ("" where no row told)."""

    client: End
    server: End
    client_state: str
    server_state: str


class Ends(NamedTuple):
    """What is drawn: the two columns, who listens, and the connections."""

    clients: tuple[End, ...]
    servers: tuple[End, ...]
    listeners: frozenset[End]
    edges: tuple[Edge, ...]


def read_table(rows: Iterable[Connection]) -> Ends:
    """Return the ends and edges in `rows`. Raises ValueError if there are none.

    Both ends of a loopback connection have a row each, one the reverse of the other: one edge.
    """
    listeners: set[End] = set()
    states: dict[frozenset[End], dict[End, str]] = {}
    for row in rows:
        local = _end(row.protocol, row.local)
        if row.remote is None:
            listeners.add(local)
        else:
            pair = frozenset((local, _end(row.protocol, row.remote)))
            states.setdefault(pair, {})[local] = row.state
    if not listeners and not states:
        raise ValueError("no connections to draw: take the table while the sockets are open")
    return _arranged(listeners, states)


def _end(protocol: str, address: Address) -> End:
    host, port = address[:2]  # an IPv6 address has two more fields
    return End(protocol.upper(), host, port)


def _arranged(listeners: set[End], states: dict[frozenset[End], dict[End, str]]) -> Ends:
    servers = _server_column(listeners, states.keys())
    edges = []
    for pair, state in states.items():
        ends = sorted(pair, key=lambda end: (end in servers, end))
        client, server = ends[0], ends[-1]
        edges.append(Edge(client, server, state.get(client, ""), state.get(server, "")))
    rank = {server: index for index, server in enumerate(sorted(servers))}
    reached = defaultdict(list)
    for edge in edges:
        reached[edge.client].append(rank.get(edge.server, 0))
    clients = {end for pair in states for end in pair} - servers
    # A client stands near the mean of its servers: few edges cross.
    place = {end: (sum(reached[end]) / max(len(reached[end]), 1), end) for end in clients}
    return Ends(
        tuple(sorted(clients, key=place.__getitem__)),
        tuple(sorted(servers)),
        frozenset(listeners),
        tuple(sorted(edges)),
    )


def _server_column(listeners: set[End], pairs: Iterable[frozenset[End]]) -> set[End]:
    """Return the ends for the right column: who listens, else who has the most connections."""
    peers: dict[End, set[End]] = defaultdict(set)
    for pair in pairs:
        for end in pair:
            peers[end] |= pair - {end}
    is_server = dict.fromkeys(listeners, True)
    # A listener on 0.0.0.0 or :: has another name than the sockets it accepts, but the same port.
    ports = {(end.protocol, end.port) for end in listeners}
    surest = sorted(
        peers, key=lambda end: ((end.protocol, end.port) not in ports, -len(peers[end]), end)
    )
    # Breadth first from the surest servers: the peers of a server are clients, and so on.
    for start in (*sorted(listeners), *surest):
        is_server.setdefault(start, True)
        queue = [start]
        for end in queue:
            new = sorted(peers[end] - is_server.keys())
            is_server.update(dict.fromkeys(new, not is_server[end]))
            queue.extend(new)
    return {end for end, yes in is_server.items() if yes}


@house_style
def ends_and_edges(
    connections: Iterable[Connection], names: Mapping[Address, str] | None = None
) -> Drawing:
    """Draw the table of `connections`: clients left, servers right, one edge for each connection.

    A name that many connections share is one dot with many edges; a listener is a double ring.
    UDP is dashed. `names` gives some (host, port) a word of your own. The drawing's data is an
    `Ends`. Raises ValueError if there is nothing to draw.
    """
    ends = read_table(connections)
    words = dict(names or {})
    tell_states = {s for e in ends.edges for s in (e.client_state, e.server_state)} - {
        "ESTABLISHED",
        "NONE",
        "",
    }
    row_in = 0.42 if tell_states else 0.34 if len(ends.clients) <= 12 else 0.25
    client_y = [index * row_in for index in range(len(ends.clients))]
    server_y = _server_heights(ends, dict(zip(ends.clients, client_y, strict=True)))
    top_in = 0.35 - min([0.0, *server_y])
    height_in = top_in + max([*client_y, *server_y]) + 0.4
    figure, axes = inch_canvas(height_in)
    left_in, right_in = _columns(ends, words, bool(tell_states))
    places = {
        end: (x, y + top_in)
        for x, column, heights in (
            (left_in, ends.clients, client_y),
            (right_in, ends.servers, server_y),
        )
        for end, y in zip(column, heights, strict=True)
    }
    _draw_edges(axes, ends, places)
    _draw_dots(axes, ends, places)
    _draw_labels(axes, ends, places, words, bool(tell_states))
    return Drawing(ends, _in_words(ends), figure)


def _server_heights(ends: Ends, client_y: Mapping[End, float]) -> list[float]:
    middle = sum(client_y.values()) / max(len(client_y), 1)
    wanted = {}
    for server in ends.servers:
        theirs = [
            client_y[edge.client]
            for edge in ends.edges
            if edge.client in client_y and edge.server[::2] == server[::2]  # protocol and port
        ]
        wanted[server] = sum(theirs) / len(theirs) if theirs else middle
    order = sorted(ends.servers, key=lambda server: (wanted[server], server))
    placed = dict(zip(order, spread([wanted[s] for s in order], 0.62), strict=True))
    return [placed[server] for server in ends.servers]


def _columns(ends: Ends, words: Mapping[Address, str], tell_states: bool) -> tuple[float, float]:
    """Return the x of both columns of dots: next to the labels, however long these are."""
    left, right = 1.2, 1.9
    for end in ends.clients:
        states = _states(end, ends) if tell_states else ""
        left = max(left, _label_width_in(end, words), text_width_in(states, SMALL_PT))
    for end in ends.servers:
        right = max(right, _label_width_in(end, words) * 1.05)  # bold is wider
    beside = MARGIN_IN + LABEL_GAP_IN
    return beside + left, WIDTH_IN - beside - right


def _label(end: End, words: Mapping[Address, str]) -> str:
    host = f"[{end.host}]" if ":" in end.host else end.host
    name = f"{host}:{end.port}"
    word = words.get((end.host, end.port))
    return shorten(f"{word}  {name}" if word else name, WIDEST_LABEL_IN, TEXT_PT, MONO)


def _label_width_in(end: End, words: Mapping[Address, str]) -> float:
    return text_width_in(_label(end, words), TEXT_PT, MONO)


def _draw_edges(axes: Axes, ends: Ends, places: Mapping[End, tuple[float, float]]) -> None:
    for edge in ends.edges:
        (x1, y1), (x2, y2) = places[edge.client], places[edge.server]
        if x1 == x2:  # a socket connected to itself, or two listening names: a bow
            lift = 0.35 if edge.client == edge.server else 0.0
            points = [(x1, y1), (x1 - 0.9, y1 - lift), (x1 - 0.9, y2 + lift), (x2, y2)]
            path = Path(points, [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4])
        else:
            path = Path([(x1, y1), (x2, y2)])
        line = "--" if edge.server.protocol.startswith("UDP") else "-"
        axes.add_patch(PathPatch(path, fill=False, color=PRIMARY.colour, lw=1.1, ls=line, zorder=1))


def _draw_dots(axes: Axes, ends: Ends, places: Mapping[End, tuple[float, float]]) -> None:
    for end, (x, y) in places.items():
        if end in ends.listeners:
            axes.plot(x, y, "o", ms=14, mfc=PAPER, mec=INK, mew=1.0, zorder=2)
        axes.plot(x, y, "o", ms=7, mfc=INK, mec=PAPER, mew=0.8, zorder=3)


def _draw_labels(
    axes: Axes,
    ends: Ends,
    places: Mapping[End, tuple[float, float]],
    words: Mapping[Address, str],
    tell_states: bool,
) -> None:
    for end in (*ends.clients, *ends.servers):
        x, y = places[end]
        is_server = end in ends.servers
        side, align = (1, "left") if is_server else (-1, "right")
        below = _role(end, ends) if is_server else _states(end, ends) if tell_states else ""
        at = {"x": x + side * LABEL_GAP_IN, "ha": align}
        weight = "bold" if is_server else "normal"
        lift = 0.02 if below else 0
        va = "bottom" if below else "center_baseline"
        axes.text(y=y + lift, s=_label(end, words), va=va, family=MONO, weight=weight, **at)
        axes.text(y=y + 0.04, s=below, va="top", size=SMALL_PT, color=MUTED, **at)


def _role(end: End, ends: Ends) -> str:
    degree = sum(edge.server == end for edge in ends.edges)
    listening = "open to all" if end.protocol.startswith("UDP") else "listening"
    parts = [end.protocol, listening if end in ends.listeners else "", _connections(degree)]
    return " · ".join(filter(None, parts))


def _states(end: End, ends: Ends) -> str:
    here = sorted({edge.client_state for edge in ends.edges if edge.client == end} - {""})
    there = sorted({edge.server_state for edge in ends.edges if edge.client == end} - {""})
    return " · ".join(filter(None, ("/".join(here), there and "other end " + "/".join(there))))


def _connections(number: int) -> str:
    return counted(number, "connection") if number else "no connection"


def _in_words(ends: Ends) -> str:
    """Say counts and relations only: ports and addresses differ from run to run."""
    servers = []
    for server in ends.servers:
        edges = [edge for edge in ends.edges if edge.server == server]
        state = "listening, " if server in ends.listeners else ""
        peers = counted(len({edge.client for edge in edges}), "client name")
        reached = f" from {peers}" if edges else ""
        servers.append(f"{server.protocol} {state}{_connections(len(edges))}{reached}")
    names = counted(len(ends.servers), "server name")
    text = f"{names} ({'; '.join(sorted(servers))})."
    shared = [c for c in ends.clients if sum(edge.client == c for edge in ends.edges) > 1]
    if shared:
        text += f" {counted(len(shared), 'client name')} with more than one connection."
    if alone := sum(edge.client == edge.server for edge in ends.edges):
        text += f" {counted(alone, 'socket')} connected to itself."
    states = sorted({s for e in ends.edges for s in (e.client_state, e.server_state)} - {""})
    return text + (f" States: {listed(states)}." if states else "")
