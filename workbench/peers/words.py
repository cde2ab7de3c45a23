r"""The words in which scripts are written: one for each step, and well-known misbehaviours.

Knows no socket and no player. All are pure functions that return a step.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence

from workbench.journal.excerpt import count
from workbench.peers.steps import (
    AwaitData,
    Close,
    ExpectEnd,
    HalfClose,
    Hear,
    Named,
    Pause,
    Say,
    SayForEver,
    Stall,
    Step,
)

OK_HEAD = b"HTTP/1.1 200 OK\r\n"


def say(data: bytes) -> Step:
    """Say `data`, all of it as fast as it is taken."""
    return Say((data,))


def dribble(data: bytes, size: int = 1, every_s: float = 0.001, in_step: bool = False) -> Step:
    """Say `data` in pieces of `size` bytes, each a segment of its own.

    With `in_step` a piece is said only when the one before was *read*: a reader gets no two in
    one recv unless it is later than the player's patience (Linux; elsewhere only the pace helps).
    """
    return Say(tuple(data[at : at + size] for at in range(0, len(data), size)), every_s, in_step)


def in_pieces(pieces: Sequence[bytes], every_s: float = 0.001, in_step: bool = False) -> Step:
    """Say just these pieces, as dribble does."""
    return Say(tuple(pieces), every_s, in_step)


def split_at_random(data: bytes, seed: int | random.Random, pieces: int = 5) -> list[bytes]:
    """Return `data` cut into at most `pieces` parts, none empty; the same for the same seed."""
    if not data:
        return []
    chance = seed if isinstance(seed, random.Random) else random.Random(seed)
    cuts = sorted(chance.sample(range(1, len(data)), max(0, min(pieces, len(data)) - 1)))
    return [data[start:stop] for start, stop in zip([0, *cuts], [*cuts, len(data)], strict=True)]


def glue(*messages: bytes) -> Step:
    """Say several messages in one send."""
    return Named(
        f"glue {count(len(messages), 'message')} in one send", (Say((b"".join(messages),)),)
    )


def pause(for_s: float) -> Step:
    return Pause(for_s)


def stall() -> Step:
    """Stop for good: until `release()`, the deadline or the end of the with-block."""
    return Stall()


def hear(length: int) -> Step:
    """Read exactly so many bytes."""
    return Hear(length)


def hear_until(delimiter: bytes) -> Step:
    """Read up to `delimiter`; what came behind it is kept for the next step."""
    return Hear(delimiter)


def hear_until_end() -> Step:
    return Hear(None)


def await_data() -> Step:
    """Wait until something has arrived, and leave it unread."""
    return AwaitData()


def expect_end() -> Step:
    """Read the end of the stream; fail if anything else comes."""
    return ExpectEnd()


def half_close() -> Step:
    return HalfClose()


def close() -> Step:
    return Close()


def reset() -> Step:
    """Close with RST (SO_LINGER 0); what was not yet taken is lost."""
    return Close(abort=True)


def never_answer() -> Step:
    """Read all that comes and say nothing, even after the end."""
    return Named("never answer", (Hear(None), Stall()))


def never_read() -> Step:
    """Leave all that comes in the kernel's buffer, until that is full."""
    return Named("never read", (Stall(),))


def close_with_unread_data() -> Step:
    """Close while something is unread, so that the kernel sends RST."""
    return Named("close with unread data", (AwaitData(), Close()))


def wrong_length(body: bytes, says: int, head: bytes = OK_HEAD) -> Step:
    """Announce `says` bytes in Content-Length, say `body`, and close."""
    return Named(
        f"announce {count(says)}, say {len(body):,}, close",
        (Say((head + b"Content-Length: %d\r\n\r\n" % says + body,)), Close()),
    )


def endless_header(head: bytes = OK_HEAD, every_s: float = 0.0) -> Step:
    """Say header lines that never end, until nobody takes them or the deadline passes."""
    line = b"X-Endless: " + b"a" * 100 + b"\r\n"
    return Named("say header lines without end", (Say((head,)), SayForEver(line, every_s)))


def slow_body(body: bytes, size: int = 1, every_s: float = 0.01, head: bytes = OK_HEAD) -> Step:
    """Say a head with the true Content-Length at once, then `body` slowly."""
    head += b"Content-Length: %d\r\n\r\n" % len(body)
    return Named(
        f"say a body of {count(len(body))} slowly", (Say((head,)), dribble(body, size, every_s))
    )


VOCABULARY = (
    "say, dribble, in_pieces, glue, pause, stall, hear, hear_until, hear_until_end, await_data, "
    "expect_end, half_close, close, reset, never_answer, never_read, close_with_unread_data, "
    "wrong_length, endless_header, slow_body"
)


def check_script(script: Sequence[Step]) -> tuple[Step, ...]:
    """Return the steps of `script`.

    Raises TypeError for what is no step, and ValueError for steps behind a close.
    """
    if isinstance(script, Step):
        raise TypeError(f"a script is a list of steps: [{script}], not the step alone")
    for step in script:
        if not isinstance(step, Step):
            name = getattr(step, "__name__", "")
            hint = f" (did you mean {name}()?)" if name and name in VOCABULARY.split(", ") else ""
            raise TypeError(f"{step!r} is no step{hint}; the steps are: {VOCABULARY}")
    leaves = [leaf for step in script for leaf in step.leaves()]
    for before, after in itertools.pairwise(leaves):
        if before.is_last:
            raise ValueError(
                f"nothing can follow `{before}`, but `{after}` does: end the script there"
            )
    return tuple(script)
