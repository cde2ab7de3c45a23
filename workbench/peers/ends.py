"""The sockets that scripts are played on: an origin, a client, or the other end of your own.

Knows no step. All are context managers: when the block ends, no thread and no descriptor is left.
"""

from __future__ import annotations

import errno
import selectors
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from workbench.journal import Journal, RecordedSocket
from workbench.peers.player import DEADLINE_S, Player, stop_all
from workbench.peers.steps import Step
from workbench.peers.words import check_script

Script = Sequence[Step]

SMALL_BUFFER_BYTES = 32 * 1024  # loopback's own buffers take 4 MiB at once: nothing ever blocks
BACKLOG = 128


def open_socket(family: int, small_buffers: bool) -> socket.socket:
    """Return a TCP socket whose buffers are set: it must be done before connect or listen."""
    try:
        sock = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise _in_words(error, loopback(family), 0) from error
    if small_buffers:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SMALL_BUFFER_BYTES)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER_BYTES)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # each send a segment of its own
    return sock


def open_listener(family: int, small_buffers: bool = False, port: int = 0) -> socket.socket:
    """Return a bound loopback socket, not listening yet. Raises OSError that says what to do."""
    listener = open_socket(family, small_buffers)
    try:
        listener.bind((loopback(family), port))
    except OSError as error:
        listener.close()
        raise _in_words(error, loopback(family), port) from error
    return listener


def loopback(family: int) -> str:
    return "::1" if family == socket.AF_INET6 else "127.0.0.1"


def _in_words(error: OSError, host: str, port: int) -> OSError:
    """Return the same kind of error with a text that says what to do about it."""
    if error.errno == errno.EADDRINUSE:
        words = f"port {port} on {host} is in use: end the program that has it, or take port=0"
    elif error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
        words = f"this machine has no address {host}: use family=socket.AF_INET, or turn IPv6 on"
    else:
        words = f"{host} port {port}: {error.strerror}"
    return OSError(error.errno, words)


class Origin:
    """Listens on loopback and plays a script to each client; one thread for each."""

    def __init__(
        self,
        scripts: Sequence[Script],
        *,
        family: int,
        small_buffers: bool,
        deadline_s: float,
        journal: Journal | None,
        who: str,
        port: int,
    ) -> None:
        if not scripts:
            raise TypeError("an origin needs a script: origin([say(b'hello')])")
        self.scripts = [check_script(script) for script in scripts]
        self.journal = journal or Journal()
        self.who, self._deadline_s = who, deadline_s
        self._players: list[Player] = []
        self._accept_error: OSError | None = None
        self._listener = self.journal.watch(open_listener(family, small_buffers, port), who)
        self._bell, self._bell_rope = socket.socketpair()
        self._thread = threading.Thread(target=self._run, name=f"{who} accepts", daemon=True)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port, as `socket.create_connection` wants them."""
        host, port = self._listener.getsockname()[:2]
        return host, port

    @property
    def players(self) -> tuple[Player, ...]:
        """One for each client so far, in the order of their arrival."""
        return tuple(self._players)

    @property
    def sent(self) -> bytes:
        return b"".join(player.sent for player in self.players)

    @property
    def heard(self) -> bytes:
        return b"".join(player.heard for player in self.players)

    @property
    def error(self) -> Exception | None:
        """The first error of any of the players, else what ended the accepting."""
        errors = (player.error for player in self.players if player.error)
        return next(errors, self._accept_error)

    def release(self) -> None:
        """Let one `stall` of each player end."""
        for player in self.players:
            player.release()

    def wait(self, timeout_s: float = DEADLINE_S) -> None:
        """Block until every player so far is done. Raises TimeoutError."""
        for player in self.players:
            player.wait(timeout_s)

    def __enter__(self) -> Origin:
        self._listener.listen(BACKLOG)
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._bell_rope.close()
        self._thread.join()
        stop_all(self._players)
        self._bell.close()
        self._listener.close()

    def _run(self) -> None:
        try:
            self._accept_all()
        except OSError as error:  # out of descriptors: it belongs to the test, not on stderr
            self._accept_error = error

    def _accept_all(self) -> None:
        """Accept until the bell's rope is let go. A selector, because macOS wakes no accept()."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._listener, selectors.EVENT_READ)
            selector.register(self._bell, selectors.EVENT_READ)
            self._listener.setblocking(False)
            while all(key.fileobj is not self._bell for key, _ in selector.select()):
                try:
                    client, _ = self._listener.accept()
                except (BlockingIOError, ConnectionAbortedError):
                    continue  # the client gave up before it was accepted
                self._play_to(client)

    def _play_to(self, client: RecordedSocket) -> None:
        script = self.scripts[min(len(self._players), len(self.scripts) - 1)]
        player = Player(
            client, script, journal=self.journal, who=self.who, deadline_s=self._deadline_s
        )
        self._players.append(player)
        player.start()


class Client(Player):
    """Plays its script on a connection that it made. `address` is its own end's name."""

    def __enter__(self) -> Client:
        self.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        stop_all([self])


class Connected(Player):
    """A connected pair: entering gives your end, a plain socket; the other end is played."""

    def __init__(self, yours: socket.socket, theirs: RecordedSocket, script: Script, **how) -> None:
        try:
            super().__init__(theirs, script, **how)
        except OSError:
            yours.close()
            raise
        self.yours = yours

    def __enter__(self) -> socket.socket:
        self.start()
        return self.yours

    def __exit__(self, *exc_info: object) -> None:
        self.yours.close()
        stop_all([self])


def origin(
    *scripts: Script,
    family: int = socket.AF_INET,
    small_buffers: bool = False,
    deadline_s: float = DEADLINE_S,
    journal: Journal | None = None,
    who: str = "origin",
    port: int = 0,
) -> Origin:
    """Return an origin that plays the n-th script to its n-th client, the last one to all others.

    Raises OSError that says what to do where the address can't be had, TypeError for a script
    with an unknown step.
    """
    return Origin(
        scripts,
        family=family,
        small_buffers=small_buffers,
        deadline_s=deadline_s,
        journal=journal,
        who=who,
        port=port,
    )


def client(
    address: tuple,
    script: Script,
    *,
    small_buffers: bool = False,
    deadline_s: float = DEADLINE_S,
    journal: Journal | None = None,
    who: str = "client",
) -> Client:
    """Connect to `address` and return a client that will play the script there.

    Blocks until connected, for `deadline_s` at most. Raises OSError if nobody listens there.
    """
    steps = check_script(script)
    journal = journal or Journal()
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    sock = journal.watch(open_socket(family, small_buffers), who)
    sock.settimeout(deadline_s)
    try:
        sock.connect(address)
    except OSError:
        sock.close()
        raise
    return Client(sock, steps, journal=journal, who=who, deadline_s=deadline_s)


def connected(
    script: Script,
    *,
    family: int = socket.AF_INET,
    small_buffers: bool = False,
    deadline_s: float = DEADLINE_S,
    journal: Journal | None = None,
    who: str = "peer",
    you: str = "you",
    recorded: bool = False,
) -> Connected:
    """Return a connected pair: entering it gives your end, blocking and without a timeout.

    What the other end sent, heard and met is in the returned object. With `recorded` your end
    writes in the journal too, under the name of `you`.
    """
    steps = check_script(script)
    journal = journal or Journal()
    yours, theirs = open_pair(journal, family, small_buffers, who, you, recorded)
    return Connected(yours, theirs, steps, journal=journal, who=who, deadline_s=deadline_s)


def open_pair(
    journal: Journal,
    family: int = socket.AF_INET,
    small_buffers: bool = False,
    who: str = "peer",
    you: str = "you",
    recorded: bool = False,
) -> tuple[socket.socket, RecordedSocket]:
    """Return your end, which connected, and the other end, which accepted and is recorded."""
    with open_listener(family, small_buffers) as listener:
        listener.listen(1)
        yours = open_socket(family, small_buffers)
        if recorded:
            yours = journal.watch(yours, you)
        else:
            journal.record(you, "connect")
        yours.connect(listener.getsockname())
        accepted, _ = listener.accept()
    theirs = journal.watch(accepted, who, peer=None if recorded else you)
    theirs.note("accept")
    return yours, theirs


@contextmanager
def unanswering(family: int = socket.AF_INET, port: int = 0) -> Iterator[tuple[str, int]]:
    """Yield an address to which a connect hangs (Linux): its accept queue is full and stays so."""
    with open_listener(family, port=port) as listener:
        listener.listen(0)
        with open_socket(family, small_buffers=False) as first:
            first.connect(listener.getsockname())
            yield listener.getsockname()[:2]
