r"""Clients and origins that keep to a script, over real loopback sockets: the other end of it all.

Knows no lab and no check. A script is a list of steps and reads like the story that it plays:

    script = [say(b"HTTP/1.1 200 OK\r\n\r\n"), dribble(body), half_close(), hear_until_end()]
    with origin(script) as server:  # plays it to each client that connects
        sock = socket.create_connection(server.address, timeout=3)

`words` has the vocabulary, `player` plays them, `ends` makes the sockets, `family` is for checks.
"""

from workbench.peers.ends import Client, Connected, Origin, client, connected, origin, unanswering
from workbench.peers.family import Peers
from workbench.peers.player import DeadlinePassed, Player
from workbench.peers.steps import Step
from workbench.peers.words import (
    await_data,
    close,
    close_with_unread_data,
    dribble,
    endless_header,
    expect_end,
    glue,
    half_close,
    hear,
    hear_until,
    hear_until_end,
    in_pieces,
    never_answer,
    never_read,
    pause,
    reset,
    say,
    slow_body,
    split_at_random,
    stall,
    wrong_length,
)

__all__ = [
    "Client",
    "Connected",
    "DeadlinePassed",
    "Origin",
    "Peers",
    "Player",
    "Step",
    "await_data",
    "client",
    "close",
    "close_with_unread_data",
    "connected",
    "dribble",
    "endless_header",
    "expect_end",
    "glue",
    "half_close",
    "hear",
    "hear_until",
    "hear_until_end",
    "in_pieces",
    "never_answer",
    "never_read",
    "origin",
    "pause",
    "reset",
    "say",
    "slow_body",
    "split_at_random",
    "stall",
    "unanswering",
    "wrong_length",
]
