"""Plays one script on one connected socket, in a thread of its own, within a deadline.

Knows what each step needs done, not what the steps are for. Nothing goes to stderr: what goes
wrong is kept in `error` and written in the journal. Only the thread itself closes its socket.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
import select
import socket
import struct
import threading
import time
from collections.abc import Sequence

from workbench.journal import Journal, RecordedSocket
from workbench.peers.steps import Step
from workbench.peers.unread import unread_at_other_end
from workbench.peers.words import check_script

DEADLINE_S = 5.0
GRACE_S = 0.2  # what a script may still take when its with-block has ended
CHUNK_BYTES = 65_536
KEEP_BYTES = 16 * 1024 * 1024  # of what was sent and heard: four times a check's biggest body
POLL_S = 0.000_2  # reading at the other end rings no bell here: it has to be asked for
PATIENCE_S = 0.1  # a reader that peeks, or waits for more at once, would never read one piece


class DeadlinePassed(TimeoutError):
    """The time for the whole script was up before it ended."""


class UnexpectedData(Exception):
    """The other end went on where it should have ended."""


class _CutShort(Exception):
    """The with-block has ended: nothing more is to be played."""


class Tally:
    """What went one way: the bytes themselves while they are few, always length and digest."""

    def __init__(self) -> None:
        self.length = 0
        self._digest = hashlib.sha256()
        self._kept = bytearray()

    def add(self, data: bytes | memoryview) -> None:
        length = self.length + len(data)
        self._digest.update(data)
        if length <= KEEP_BYTES:
            self._kept += data
        self.length = length  # last: whoever waits for it finds the bytes there

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def __bytes__(self) -> bytes:
        if self.length > KEEP_BYTES:
            raise ValueError(
                f"{self.length:,} bytes are more than are kept ({KEEP_BYTES:,}): "
                "compare `length` and `sha256` of the tally"
            )
        return bytes(self._kept)


class Player:
    """One end that keeps to its script. `start()` it, and `stop_all([...])` it in the end."""

    def __init__(
        self,
        sock: RecordedSocket,
        script: Sequence[Step],
        *,
        journal: Journal,
        who: str,
        deadline_s: float = DEADLINE_S,
    ) -> None:
        self.script = check_script(script)
        try:
            self._bell, self._bell_rope = socket.socketpair()
        except OSError:  # out of descriptors: what was given to this object ends with it
            sock.close()
            raise
        self.sock, self.journal, self.who = sock, journal, who
        self.error: Exception | None = None
        self.step: Step | None = None
        self.said, self.took = Tally(), Tally()
        self._until_s = time.monotonic() + deadline_s
        self._deadline_s = deadline_s
        self._unread = bytearray()  # arrived behind a delimiter, for the next step
        self._stopping = threading.Event()
        self._ended = threading.Event()  # a thread that is yet to start is not alive, but not done
        self._releases = threading.Semaphore(0)
        self._thread = threading.Thread(target=self._run, name=f"peer {who}", daemon=True)

    @property
    def sent(self) -> bytes:
        """What the kernel has taken so far. Raises ValueError if that is too much to keep."""
        return bytes(self.said)

    @property
    def heard(self) -> bytes:
        """What was read so far. Raises ValueError if that is too much to keep."""
        return bytes(self.took)

    @property
    def is_done(self) -> bool:
        return self._ended.is_set()

    def start(self) -> None:
        self.sock.setblocking(False)  # it waits in poll(), where it can be interrupted
        self._thread.start()

    def release(self) -> None:
        """Let one `stall` end, this one or the next."""
        self._releases.release()

    def wait(self, timeout_s: float = DEADLINE_S) -> None:
        """Block until the script has ended. Raises TimeoutError, naming the step it is at."""
        if not self._ended.wait(timeout_s):
            raise TimeoutError(f"{self.who} is still at: {self.step}")

    # What steps do.

    def play(self, step: Step) -> None:
        self.step = step
        step.play(self)

    def send(self, data: bytes) -> None:
        """Send all of `data`, waiting wherever the buffers are full."""
        view = memoryview(data)
        while view:
            self._wait_for(select.POLLOUT)
            count = self.sock.send(view)
            self.said.add(view[:count])
            view = view[count:]

    def hear(self, until: int | bytes | None) -> None:
        """Read n bytes, or up to a delimiter, or to the end; EOFError if that comes first."""
        while (length := self._complete(until)) is None:
            missing = until - len(self._unread) if isinstance(until, int) else CHUNK_BYTES
            data = self._recv(min(missing, CHUNK_BYTES))
            if not data:
                if until is None:
                    return
                raise EOFError(f"the end came {len(self._unread):,} bytes into: {self.step}")
            if until is not None:
                self._unread += data
        del self._unread[:length]

    def hear_some(self, within_s: float) -> bytes | None:
        """Read what is there; b"" at the end; None if nothing has come within `within_s`."""
        kept = bytes(self._unread)
        self._unread.clear()
        return kept or self._recv(CHUNK_BYTES, within_s)

    def expect_end(self) -> None:
        data = bytes(self._unread) or self._recv(CHUNK_BYTES)
        if data:
            raise UnexpectedData(f"expected the end of the stream, got {data[:40]!r}")

    def wait_readable(self) -> None:
        self._wait_for(select.POLLIN)

    def wait_until_read(self) -> None:
        """Wait until the other end has read all that was sent, for as long as patience lasts."""
        until_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < until_s and unread_at_other_end(self.sock):
            self.pause(POLL_S)

    def pause(self, for_s: float) -> None:
        if self._stopping.wait(min(for_s, self._left_s())):
            raise _CutShort
        self._left_s()

    def stall(self) -> None:
        self._releases.acquire(timeout=self._left_s())
        if self._stopping.is_set():
            raise _CutShort
        self._left_s()

    def half_close(self) -> None:
        self.sock.shutdown(socket.SHUT_WR)

    def close(self, *, abort: bool = False) -> None:
        if abort:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    # How it runs.

    def _run(self) -> None:
        try:
            for step in self.script:
                self.play(step)
        except _CutShort:
            pass
        except DeadlinePassed as late:
            self.journal.record(self.who, "deadline", note=f"at: {self.step}")
            self.error = None if self._is_endless() else late
        except Exception as error:  # noqa: BLE001 - belongs to the test that reads `error`
            if not (isinstance(error, ConnectionError) and self._is_endless()):
                self.error = error
            self._journal_error(error)
        finally:
            self.sock.close()
            self._bell.close()
            self._ended.set()

    def _is_endless(self) -> bool:
        return self.step is not None and self.step.is_endless

    def _journal_error(self, error: Exception) -> None:
        """Write down what the socket itself has not: that a script could not go on."""
        if not isinstance(error, OSError):
            self.journal.record(self.who, "gives up", note=f"{type(error).__name__}: {error}")

    def _complete(self, until: int | bytes | None) -> int | None:
        """Return how many of the unread bytes the step wants, or None: not yet there."""
        if until is None:
            self._unread.clear()
            return None
        if isinstance(until, int):
            return until if len(self._unread) >= until else None
        at = self._unread.find(until)
        return None if at < 0 else at + len(until)

    def _recv(self, limit: int, within_s: float = math.inf) -> bytes | None:
        if not self._wait_for(select.POLLIN, within_s):
            return None
        data = self.sock.recv(limit)
        self.took.add(data)
        return data

    def _wait_for(self, event: int, within_s: float = math.inf) -> bool:
        """Block until the socket is ready; False if it is not within `within_s`.

        Raises DeadlinePassed; ends when the bell rings.
        """
        poll = select.poll()
        poll.register(self.sock, event)
        poll.register(self._bell, select.POLLIN)
        ready = dict(poll.poll(min(self._left_s(), within_s) * 1000))
        if self._bell.fileno() in ready:
            raise _CutShort
        if not ready and within_s == math.inf:
            self._left_s()
        return bool(ready)

    def _left_s(self) -> float:
        left_s = self._until_s - time.monotonic()
        if left_s <= 0:
            raise DeadlinePassed(f"{self._deadline_s:g} s are over at: {self.step}")
        return left_s

    def ask_to_stop(self) -> None:
        """End what only waits; what moves bytes may go on until it is cut short."""
        self._stopping.set()
        self._releases.release()

    def cut_short(self) -> None:
        """Interrupt a script that goes on all the same, and say so in the journal."""
        if self._thread.is_alive():
            self.journal.record(self.who, "cut short", note=f"at: {self.step}")
            with contextlib.suppress(BrokenPipeError):  # it ended in this very moment
                self._bell_rope.send(b"!")
        self._thread.join()
        self._bell_rope.close()


def stop_all(players: Sequence[Player]) -> None:
    """End all scripts: those that can end by themselves within the grace do."""
    for player in players:
        player.ask_to_stop()
    until_s = time.monotonic() + GRACE_S
    for player in players:
        player._thread.join(max(0.0, until_s - time.monotonic()))
    for player in players:
        player.cut_short()
