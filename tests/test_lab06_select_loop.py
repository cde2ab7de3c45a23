"""Checks of lab 06: a loop that sleeps until somebody is ready, and an echo server on it."""

import errno
import itertools
import logging
import socket
import struct
import threading
import time
from contextlib import suppress

import pytest

from workbench import kernel
from workbench.checks import Difference, check, must_be_bytes, must_raise
from workbench.checks.evidence import NeverReturned
from workbench.peers.unread import unread_at_other_end

PATIENCE_S = 3.0  # for what must come, on a busy machine, too
MANY = 2_000  # Linux keeps some 280 unread bytes of a socketpair, if each was sent by itself
QUIET_S = 0.03  # for what must not
WINDOW_S = (
    0.08  # in which turns are counted: one that sleeps makes four, one that spins 400 or more
)
FEW_TURNS = 60  # in such a window, and some work of before may still be going on
STALLED_S = 0.08  # without room for so long: the server reads no more
SMALL_BYTES = 32 * 1024
ENOUGH_BYTES = 8 * 1024 * 1024  # what a client offers that never reads
BOUND_BYTES = 2 * 1024 * 1024  # what a server with a bound may take of it, its kernel included
PENDING_BYTES = 200_000  # more than small kernel buffers hold, less than the server's own limit
WAKES = 20  # so often a loop that sleeps is woken: a byte that comes too early needs bad luck
LARGE_BYTES = 200_000  # for a receive buffer that holds OFFERED_BYTES
OFFERED_BYTES = 150_000
CHUNK_BYTES = 65_536  # what one recv takes
RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER: on, for 0 seconds

HINT_TURN = "The first callback of a turn changes something. What does the second one still know?"
HINT_NOBODY = "Who is served while your code waits for this one client?"


class Calls(list):
    """What was called, in order: `calls.noting("timer")` makes a callback that notes its name."""

    def noting(self, name):
        return lambda: self.append(name)

    def must_be(self, expected, when):
        """These were called, in this order, and nothing else."""
        if self != expected:
            raise Difference(f"called {when}: {in_words(expected)}", f"called: {in_words(self)}")


def in_words(names):
    shown = [f"{name}, {times} times" if times > 1 else str(name) for name, times in runs(names)]
    more = ["…"] if len(shown) > 6 else []
    return "; ".join(shown[:6] + more) or "nothing"


def runs(names):
    return [(name, sum(1 for _ in group)) for name, group in itertools.groupby(names)]


@pytest.fixture
def calls():
    return Calls()


@pytest.fixture
def pair():
    """`pair()` gives two connected sockets, the first non-blocking; closed with the check.

    They are not in the journal: what matters is what the loop calls, not what is on the wire.
    """
    made = []

    def make():
        made.extend(ends := socket.socketpair())
        ends[0].setblocking(False)
        return ends

    yield make
    for sock in made:
        sock.close()


@pytest.fixture
def with_data(pair):
    """`with_data(n)` gives n connected sockets on which something has arrived and is unread."""

    def make(count):
        pairs = [pair() for _ in range(count)]
        for _, far in pairs:
            far.sendall(b"?")
        return [sock for sock, _ in pairs]

    return make


@pytest.fixture
def new_loop(student):
    """`new_loop()` makes a loop of the student's; it is closed with the check."""
    loops = []

    def make():
        loops.append(student.SelectLoop())
        return loops[-1]

    yield make
    for loop in loops:
        with suppress(Exception):
            loop.close()


@pytest.fixture
def echo(student, new_loop, background):
    """`loop, address = echo()` makes the student's echo server; nobody turns its loop yet.

    Then `echo.server` is that server, and `echo.shut_down()` shuts its listener down.
    """
    loops, listeners = [], []

    def start(buffer_bytes=SMALL_BYTES):
        listener = socket.socket()
        listeners.append(listener)
        for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):  # accepted sockets inherit them
            listener.setsockopt(socket.SOL_SOCKET, option, buffer_bytes)
        listener.bind(("127.0.0.1", 0))
        listener.listen(1024)
        address = listener.getsockname()
        loop = new_loop()
        loops.append(loop)
        start.server = student.EchoServer(loop, listener)
        start.shut_down = lambda: listener.shutdown(socket.SHUT_RDWR)
        return loop, address

    yield start
    for loop, listener in zip(loops, listeners, strict=False):
        with suppress(Exception):  # the clients have gone: now the server's ends are closed, too
            background(lambda loop=loop: [loop.run_once(0) for _ in range(5)]).result(0.2)
        listener.close()


@pytest.fixture
def dial(journal):
    """`dial(address, "client 1")` connects, and writes in the journal under this name."""
    dialled = []

    def connect(address, who="client", buffer_bytes=SMALL_BYTES):
        sock = socket.socket()
        for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
            sock.setsockopt(socket.SOL_SOCKET, option, buffer_bytes)
        client = journal.watch(sock, who)
        dialled.append(client)
        client.settimeout(PATIENCE_S)
        client.connect(address)
        return client

    yield connect
    for client in dialled:
        client.close()


def heard_by(client, count):
    """`count` bytes, or fewer if the stream ends or nothing more comes in time."""
    heard = bytearray()
    with suppress(TimeoutError, ConnectionError):
        while len(heard) < count and (data := client.recv(min(65_536, count - len(heard)))):
            heard += data
    return bytes(heard)


def must_echo(client, message):
    """This client says `message` and hears the same in time."""
    with suppress(ConnectionError, TimeoutError):
        client.sendall(message)
    must_be_bytes(heard_by(client, len(message)), message)


def what_comes_to(client):
    """What the client hears next, in words."""
    try:
        data = client.recv(100)
    except TimeoutError:
        return "nothing"
    except ConnectionResetError:
        return "a reset"
    return repr(data) if data else "the end of the stream"


def must_hear_the_end(client):
    """The server ends the connection, in order, and sends nothing more."""
    if (heard := what_comes_to(client)) != "the end of the stream":
        raise Difference("the server ends this connection, too", f"the client hears {heard}")


def offer(client, data, most=ENOUGH_BYTES):
    """Send and never read, until there is no room for a while. Returns how many were taken."""
    taken = 0
    client.settimeout(STALLED_S)
    with suppress(TimeoutError, ConnectionError):
        while taken < most:
            taken += socket.socket.send(client, data)  # one line in the journal for them all
    client.note("send", f"{taken:,} bytes in many pieces, and it reads nothing")
    client.settimeout(PATIENCE_S)
    return taken


def reset(client):
    """Closes with RST instead of FIN: this client is gone for good."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
    client.close()


def settle(predicate):
    """Wait until it holds; if it never does, the assertion behind tells."""
    with suppress(TimeoutError):
        kernel.wait_until(predicate, timeout_s=PATIENCE_S, what="an end")


def stalls(count):
    """Wait until it has begun to grow, and then grows no more for a while."""

    def grows_no_more():
        before = count()
        time.sleep(STALLED_S)  # it is measured here whether it grows in this time
        return count() == before > 0

    settle(grows_no_more)


def must_be_closed(left):
    """No descriptor is left of the connections that have ended."""
    if left > 0:
        raise Difference("no descriptor is left of them", f"{left:,} are still open")


def must_sleep(turns):
    """The loop makes few turns while nothing happens. Blocks for WINDOW_S."""
    before = turns.completed
    time.sleep(WINDOW_S)  # it is measured here what happens in this time
    made = turns.completed - before
    if made >= FEW_TURNS:
        raise Difference(
            "a loop that sleeps: a few turns", f"{made:,} turns in {WINDOW_S * 1000:.0f} ms"
        )


def seconds(function, *args):
    """How long a call takes."""
    start_s = time.monotonic()
    function(*args)
    return time.monotonic() - start_s


def in_time(background, what, function, *args):
    """What `function(*args)` returns, if it does so in time."""
    try:
        return background(function, *args).result(PATIENCE_S)
    except NeverReturned as late:
        raise Difference(f"{what} returns in time", f"it {late}") from None


def turn(loop, timeout_s=PATIENCE_S):
    """One turn. Raises what a callback raised, which the loop itself only writes to its log."""
    noted = Noted()
    logging.getLogger("labs").addHandler(noted)
    try:
        loop.run_once(timeout_s)
    finally:
        logging.getLogger("labs").removeHandler(noted)
    if noted.raised:
        raise noted.raised[0]


class Noted(logging.Handler):
    """Keeps the exceptions that a lab writes to its log."""

    def __init__(self):
        super().__init__()
        self.raised = []

    def emit(self, record):
        self.raised += [record.exc_info[1]] if record.exc_info else []


def turns_until(background, loop, calls, count, why):
    """Turn the loop, which may sleep for long, until there were so many calls."""

    def turns():
        while len(calls) < count:
            turn(loop, 10)

    try:
        background(turns).result(PATIENCE_S)
    except NeverReturned:
        done = "nothing was called" if not calls else f"{len(calls):,} of {count:,} were called"
        raise Difference(
            f"run_once(10) wakes up and calls in time, after {why}",
            f"after {PATIENCE_S:g} s it still slept, and {done}",
        ) from None


# SelectLoop: the book. No turn is needed for these.


@check(
    points=1,
    misconception="",
    hint="A connection may end twice, for two reasons. What is left to forget the second time?",
    symptoms=(KeyError,),
)
def test_unregister_of_who_is_not_registered_is_no_error(new_loop, pair):
    """unregister does nothing if the socket is not registered, or no longer."""
    loop = new_loop()
    sock, _ = pair()
    loop.unregister(sock)
    loop.register(sock, int, int)
    loop.unregister(sock)
    loop.unregister(sock)


@check(
    points=1,
    misconception="",
    hint="Which given function says whether select can watch a socket?",
)
def test_register_refuses_what_select_cannot_watch(new_loop):
    """register raises ValueError for a socket that select can't watch, such as a closed one."""
    loop = new_loop()
    sock = socket.socket()
    sock.close()
    must_raise(ValueError, loop.register, sock, int, int)


@check(
    points=1,
    misconception="",
    needs=(
        "unregister_of_who_is_not_registered_is_no_error",
        "register_refuses_what_select_cannot_watch",
    ),
    hint="What does a dict do if you ask it for a key that it does not have?",
)
def test_want_read_raises_for_who_is_not_registered(new_loop, pair):
    """want_read raises KeyError for a socket that is not registered, no longer, or was refused."""
    must_raise_unless_registered(new_loop(), "want_read", pair)


@check(
    points=1,
    misconception="",
    needs=(
        "unregister_of_who_is_not_registered_is_no_error",
        "register_refuses_what_select_cannot_watch",
    ),
    hint="What does a dict do if you ask it for a key that it does not have?",
)
def test_want_write_raises_for_who_is_not_registered(new_loop, pair):
    """want_write raises KeyError for a socket that is not registered, no longer, or was refused."""
    must_raise_unless_registered(new_loop(), "want_write", pair)


def must_raise_unless_registered(loop, method, pair):
    sock, _ = pair()
    want = getattr(loop, method)
    must_raise(KeyError, want, sock, True)
    loop.register(sock, int, int)
    want(sock, True)
    loop.unregister(sock)
    must_raise(KeyError, want, sock, True)
    sock.close()
    must_raise(ValueError, loop.register, sock, int, int)
    must_raise(KeyError, want, sock, True)


# SelectLoop: turns, and what is watched.


@check(
    points=2,
    misconception="readable-is-data",
    needs=(
        "unregister_of_who_is_not_registered_is_no_error",
        "register_refuses_what_select_cannot_watch",
    ),
    hint="Nobody has read the byte. What does select say in the next turn?",
)
def test_run_once_calls_those_who_are_readable_in_each_turn(new_loop, pair, with_data, calls):
    """run_once calls on_readable of the readable sockets, once in each turn, and of no others."""
    loop = new_loop()
    ready, (idle, _) = with_data(2), pair()
    loop.register(idle, calls.noting("on_readable of idle"), int)
    for sock in ready:
        loop.register(sock, calls.noting("on_readable of one that is ready"), int)
    turn(loop)
    calls.must_be(["on_readable of one that is ready"] * 2, "in the first turn, two are ready")
    turn(loop)
    calls.must_be(["on_readable of one that is ready"] * 4, "in two turns, with all still unread")


@check(
    points=2,
    misconception="watch-writable",
    needs="run_once_calls_those_who_are_readable_in_each_turn",
    hint="How often is an idle socket writable?",
)
def test_run_once_does_not_ask_about_writing_at_first(new_loop, pair, with_data, calls):
    """run_once calls no on_writable of a socket that was only registered."""
    loop = new_loop()
    (ready,), (idle, _) = with_data(1), pair()
    loop.register(idle, calls.noting("on_readable"), calls.noting("on_writable of idle"))
    loop.register(ready, calls.noting("on_readable of ready"), calls.noting("on_writable"))
    turn(loop)
    calls.must_be(["on_readable of ready"], "in the turn")


@check(
    points=1,
    misconception="busy-is-waiting",
    needs="run_once_calls_those_who_are_readable_in_each_turn",
    hint="select has a fourth argument. What does None mean there, and what 0?",
)
def test_run_once_returns_when_the_time_is_up(new_loop, pair, calls, background):
    """run_once sleeps for timeout_s if nobody is ready, and then returns."""
    loop = new_loop()
    idle, _ = pair()
    loop.register(idle, calls.noting("on_readable"), calls.noting("on_writable"))
    took_s = in_time(background, "run_once(0.1)", seconds, loop.run_once, 0.1)
    if took_s < 0.08:
        raise Difference("run_once(0.1) sleeps for 100 ms", f"it took {took_s * 1000:.1f} ms")
    calls.must_be([], "while nobody was ready")


@check(
    points=1,
    misconception="",
    needs="run_once_returns_when_the_time_is_up",
    hint="0 and None are both false. What do they mean to select?",
)
def test_run_once_with_no_time_to_sleep_only_looks(new_loop, pair, calls, background):
    """run_once(0) looks who is ready, and returns at once if nobody is."""
    loop = new_loop()
    idle, _ = pair()
    loop.register(idle, calls.noting("on_readable"), calls.noting("on_writable"))
    in_time(background, "run_once(0), with nobody ready", loop.run_once, 0)
    calls.must_be([], "while nobody was ready")


@check(
    points=1,
    misconception="busy-is-waiting",
    needs="run_once_returns_when_the_time_is_up",
    hint="Who wakes you from select, and what do you do in a loop around it?",
)
def test_run_once_takes_no_cpu_time_while_it_sleeps(new_loop, pair, calls, cpu_s):
    """run_once costs nothing while nobody is ready."""
    loop = new_loop()
    idle, _ = pair()
    loop.register(idle, calls.noting("on_readable"), calls.noting("on_writable"))
    before_s = cpu_s()
    loop.run_once(0.3)  # so long that a loop that spins is seen on a busy machine, too
    if (used_s := cpu_s() - before_s) >= 0.02:
        raise Difference(
            "no CPU time in 300 ms of sleep", f"it used {used_s * 1000:.0f} ms of CPU time"
        )


@check(
    points=2,
    misconception="watch-writable",
    needs=(
        "want_write_raises_for_who_is_not_registered",
        "run_once_does_not_ask_about_writing_at_first",
    ),
    hint="When is there no longer a reason to watch for writing? Who tells the loop?",
)
def test_run_once_calls_who_wants_to_write(new_loop, pair, calls):
    """run_once calls on_writable in each turn after want_write(…, True), until it is False."""
    loop = new_loop()
    sock, _ = pair()
    loop.register(sock, calls.noting("on_readable"), calls.noting("on_writable"))
    loop.want_write(sock, True)
    turn(loop)
    turn(loop)
    calls.must_be(["on_writable"] * 2, "in two turns after want_write(…, True)")
    calls.clear()
    loop.want_write(sock, False)
    turn(loop, QUIET_S)
    calls.must_be([], "in the turn after want_write(…, False)")


@check(
    points=2,
    misconception="readable-is-data",
    needs=(
        "want_read_raises_for_who_is_not_registered",
        "run_once_returns_when_the_time_is_up",
    ),
    hint="A socket has unread bytes and you have no room for them. What does select say about it?",
)
def test_run_once_sleeps_while_reading_is_paused(new_loop, with_data, calls):
    """run_once sleeps after want_read(…, False), though bytes have come; True undoes that."""
    loop = new_loop()
    (sock,) = with_data(1)
    loop.register(sock, calls.noting("on_readable"), calls.noting("on_writable"))
    loop.want_read(sock, False)
    took_s = seconds(turn, loop, QUIET_S)
    calls.must_be([], "while reading was paused")
    if took_s < QUIET_S * 0.8:
        raise Difference(
            f"run_once({QUIET_S}) sleeps for {QUIET_S * 1000:.0f} ms: nobody wants to read",
            f"it took {took_s * 1000:.1f} ms, for select was asked about the paused socket",
        )
    loop.want_read(sock, True)
    turn(loop)
    calls.must_be(["on_readable"], "after want_read(…, True)")


@check(
    points=1,
    misconception="ready-stays-ready",
    needs="run_once_calls_those_who_are_readable_in_each_turn",
    hint="What does select get in the next turn?",
)
def test_run_once_forgets_who_is_unregistered(new_loop, with_data, calls):
    """run_once makes no calls for a socket that was unregistered before the turn."""
    loop = new_loop()
    (sock,) = with_data(1)
    loop.register(sock, calls.noting("on_readable"), calls.noting("on_writable"))
    loop.want_write(sock, True)
    loop.unregister(sock)
    turn(loop, QUIET_S)
    calls.must_be([], "after unregister")


@check(
    points=1,
    misconception="",
    needs="run_once_forgets_who_is_unregistered",
    hint="Somebody has closed a socket and forgotten to unregister it. Who would ever notice?",
)
def test_run_once_does_not_pass_over_a_closed_socket(new_loop, with_data, calls):
    """run_once raises what select raises if a socket was closed that is still registered."""
    loop = new_loop()
    (sock,) = with_data(1)
    loop.register(sock, calls.noting("on_readable"), calls.noting("on_writable"))
    sock.close()
    with suppress(ValueError, OSError):  # the one of select, the other one of select(2) itself
        loop.run_once(QUIET_S)
        raise Difference(
            "run_once raises ValueError: a closed socket is registered",
            "it returned, as if nothing were wrong",
        )


@check(
    points=1,
    misconception="ready-stays-ready",
    needs="run_once_calls_who_wants_to_write",
    hint=HINT_TURN,
)
def test_run_once_asks_again_before_it_calls_on_writable(new_loop, pair, calls):
    """run_once heeds a want_write(…, False) of this turn: two are writable, one is called."""
    loop = new_loop()
    one, two = pair()[0], pair()[0]

    def enough():
        calls.append("on_writable")
        loop.want_write(one, False)
        loop.want_write(two, False)

    for sock in (one, two):
        loop.register(sock, calls.noting("on_readable"), enough)
        loop.want_write(sock, True)
    turn(loop)
    calls.must_be(["on_writable"], "in the turn: the first call took both wishes back")


@check(
    points=1,
    misconception="ready-stays-ready",
    needs="run_once_sleeps_while_reading_is_paused",
    hint=HINT_TURN,
)
def test_run_once_asks_again_before_it_calls_on_readable(new_loop, with_data, calls):
    """run_once heeds a want_read(…, False) of this turn: two are readable, one is called."""
    loop = new_loop()
    one, two = with_data(2)

    def enough():
        calls.append("on_readable")
        loop.want_read(one, False)
        loop.want_read(two, False)

    for sock in (one, two):
        loop.register(sock, enough, calls.noting("on_writable"))
    turn(loop)
    calls.must_be(["on_readable"], "in the turn: the first call took both wishes back")


@check(
    points=3,
    misconception="ready-stays-ready",
    needs="run_once_forgets_who_is_unregistered",
    hint=HINT_TURN,
)
def test_run_once_heeds_an_unregister_in_the_same_turn(new_loop, with_data, calls):
    """run_once calls nobody who was unregistered in this turn, though select has named them."""
    loop = new_loop()
    socks = with_data(3)

    def leave_all():
        calls.append("the first one")
        for sock in socks:
            loop.unregister(sock)

    for sock in socks:
        loop.register(sock, leave_all, leave_all)
        loop.want_write(sock, True)
    turn(loop)
    calls.must_be(["the first one"], "in the turn: it unregistered all three sockets")


@check(
    points=2,
    misconception="ready-stays-ready",
    needs="run_once_heeds_an_unregister_in_the_same_turn",
    hint="Two sockets, one after the other, have the descriptor 7. What tells them apart?",
)
def test_run_once_keeps_apart_who_has_the_same_number(new_loop, pair, with_data, calls):
    """run_once does not take a new socket for a closed one that had the same number."""
    loop = new_loop()
    one, two = with_data(2)
    idle, _ = pair()
    loop.unregister(idle)  # no error: and now it is where the loop is, and the numbers are
    copies = []

    def replace(old):
        calls.append("the first one")
        number = old.fileno()
        loop.unregister(old)
        old.close()
        copies.append(numbered(idle, number))
        loop.register(copies[-1], calls.noting("the new one"), calls.noting("the new one"))

    loop.register(one, lambda: replace(two), calls.noting("on_writable"))
    loop.register(two, lambda: replace(one), calls.noting("on_writable"))
    turn(loop)
    for copy in copies:
        copy.close()
    calls.must_be(["the first one"], "in the turn: it put an idle socket in the other's place")


def numbered(sock, number):
    """A duplicate of `sock` whose descriptor has this number, if it is free."""
    lower = []
    while (copy := sock.dup()).fileno() < number:
        lower.append(copy)
    for other in lower:
        other.close()
    return copy


@check(
    points=1,
    misconception="ready-stays-ready",
    needs="run_once_keeps_apart_who_has_the_same_number",
    hint=HINT_TURN,
)
def test_run_once_starts_afresh_with_who_registers_again(new_loop, with_data, calls):
    """run_once calls nobody who was registered anew in this turn: that is for the next turn."""
    loop = new_loop()
    one, two = with_data(2)

    def renew(other):
        calls.append("the first one")
        loop.register(other, calls.noting("new callback"), calls.noting("on_writable"))

    loop.register(one, lambda: renew(two), calls.noting("on_writable"))
    loop.register(two, lambda: renew(one), calls.noting("on_writable"))
    turn(loop)
    calls.must_be(["the first one"], "in the turn: it registered the other socket anew")
    calls.clear()
    loop.unregister(one)
    turn(loop)
    if len(calls) != 1:
        calls.must_be(["new callback"], "in the next turn, with one socket left")


@check(
    points=2,
    misconception="one-bug-one-connection",
    needs="run_once_calls_those_who_are_readable_in_each_turn",
    hint="What is given to make a call with, so that an exception harms only one socket?",
    symptoms=(ArithmeticError,),
)
def test_run_once_survives_a_callback_that_raises(new_loop, pair, with_data, calls):
    """run_once goes on if a callback raises: that socket is closed, and the others are served."""
    loop = new_loop()
    bad, far = pair()
    far.sendall(b"?")
    good_before, good_behind = with_data(2)

    def crash():
        calls.append("raises")
        raise ArithmeticError("a bug in one connection's callback")

    loop.register(good_before, calls.noting("good"), calls.noting("on_writable"))
    loop.register(bad, crash, calls.noting("on_writable"))
    loop.register(good_behind, calls.noting("good"), calls.noting("on_writable"))
    loop.run_once(PATIENCE_S)
    calls.sort()
    calls.must_be(["good", "good", "raises"], "in the first turn, in any order")
    calls.clear()
    loop.run_once(PATIENCE_S)
    calls.must_be(["good", "good"], "in the second turn, without the one that raised")
    far.settimeout(PATIENCE_S)
    if (heard := what_comes_to(far)) not in ("the end of the stream", "a reset"):
        raise Difference("the socket whose callback raised is closed", f"its peer hears {heard}")


@check(
    points=1,
    misconception="one-bug-one-connection",
    needs=(
        "run_once_survives_a_callback_that_raises",
        "run_once_calls_who_wants_to_write",
    ),
    hint="Two of your lines make a callback's call. Does _run know in both whose it is?",
    symptoms=(ArithmeticError,),
)
def test_run_once_closes_a_socket_whose_on_writable_raises(new_loop, pair, calls):
    """run_once closes a socket whose on_writable raises, as well: it would be called for ever."""
    loop = new_loop()
    bad, far = pair()

    def crash():
        calls.append("on_writable, which raises")
        raise ArithmeticError("a bug in one connection's callback")

    loop.register(bad, calls.noting("on_readable"), crash)
    loop.want_write(bad, True)
    loop.run_once(PATIENCE_S)
    loop.run_once(QUIET_S)
    calls.must_be(["on_writable, which raises"], "in two turns")
    far.settimeout(PATIENCE_S)
    if (heard := what_comes_to(far)) not in ("the end of the stream", "a reset"):
        raise Difference("the socket whose callback raised is closed", f"its peer hears {heard}")


# SelectLoop: timers.


@check(
    points=1,
    misconception="loop-may-wait",
    hint="Who is to wait for that time: this call, or select?",
)
def test_call_later_returns_at_once(new_loop, calls, background):
    """call_later returns at once, whatever the delay."""
    loop = new_loop()
    in_time(background, "call_later(10, …)", loop.call_later, 10, calls.noting("timer"))


@check(
    points=1,
    misconception="",
    needs="call_later_returns_at_once",
    hint="What is the Timer's at_s: a delay, or a time? Of which clock?",
    symptoms=(AttributeError,),
)
def test_call_later_returns_the_timer(new_loop, calls):
    """call_later returns a Timer that is due at time.monotonic() + delay_s."""
    timer = new_loop().call_later(60, calls.noting("timer"))
    if not hasattr(timer, "at_s"):
        raise Difference("a Timer is returned", f"it returned {timer!r}")
    left_s = timer.at_s - time.monotonic()
    if not 50 < left_s <= 60:
        raise Difference(
            "the Timer for call_later(60, …) is due in 60 s by time.monotonic()",
            f"it is due in {left_s:,.1f} s by that clock",
        )


@check(
    points=1,
    misconception="",
    needs="call_later_returns_the_timer",
    hint="A delay of 0 is over at once. In which turn of the loop is that, and who calls?",
)
def test_call_later_calls_nobody_itself(new_loop, calls):
    """call_later calls nobody, even if the delay is 0: that is for a turn of the loop."""
    loop, here = new_loop(), threading.get_ident()  # another thread is for the next check
    loop.call_later(0, lambda: calls.append("timer") if threading.get_ident() == here else None)
    calls.must_be([], "by call_later itself")


@check(
    points=1,
    misconception="any-thread-may-call",
    needs="call_later_calls_nobody_itself",
    hint="Which thread turns the loop? Which thread does your callback run in?",
)
def test_call_later_leaves_the_call_to_a_turn(new_loop, calls):
    """call_later has nobody called without a turn of the loop, even when the time has come."""
    loop = new_loop()
    loop.call_later(0, calls.noting("timer"))
    with suppress(TimeoutError):
        kernel.wait_until(lambda: calls, timeout_s=0.05, what="a call that must not come")
    calls.must_be([], "without a turn of the loop")


@check(
    points=2,
    misconception="select-knows-timers",
    needs=("call_later_leaves_the_call_to_a_turn", "run_once_returns_when_the_time_is_up"),
    hint="What makes select return at the right moment, if no socket is ready then?",
)
def test_call_later_calls_when_the_time_has_come(new_loop, calls, background):
    """call_later makes run_once end its sleep in time, and call the callback once."""
    loop = new_loop()
    started_s = time.monotonic()
    loop.call_later(0.1, calls.noting("timer"))
    turns_until(background, loop, calls, 1, "a timer of 0.1 s was set")
    if (after_s := time.monotonic() - started_s) < 0.095:
        raise Difference("the timer is called after 100 ms", f"after {after_s * 1000:.1f} ms")
    turn(loop, QUIET_S)
    calls.must_be(["timer"], "in its turn and in the next one")


@check(
    points=2,
    misconception="first-set-first-due",
    needs="call_later_calls_when_the_time_has_come",
    hint="Timers are set in any order. Which of them ends the sleep in select?",
)
def test_call_later_calls_the_earliest_first(new_loop, calls, background, in_a_row):
    """call_later keeps the order of times, not that in which the timers were set."""
    loop = new_loop()
    delays_ms = (150, 10, 220, 80)  # set at one time, or they would be due in another order
    in_a_row([(loop, "call_later", ms / 1000, calls.noting(f"{ms} ms")) for ms in delays_ms])
    turns_until(background, loop, calls, 4, "four timers were set")
    calls.must_be(["10 ms", "80 ms", "150 ms", "220 ms"], "by the four timers")


@check(
    points=1,
    misconception="loop-may-wait",
    needs="call_later_calls_when_the_time_has_come",
    hint="Why does the loop wait in select, and not in sleep?",
)
def test_call_later_holds_up_no_socket(new_loop, with_data, calls, background):
    """call_later holds up nobody: sockets are served while a timer is not due."""
    loop = new_loop()
    (sock,) = with_data(1)
    loop.register(sock, calls.noting("on_readable"), calls.noting("on_writable"))
    loop.call_later(30, calls.noting("timer"))
    in_time(background, "run_once(30), with a socket that is ready", turn, loop, 30)
    calls.must_be(["on_readable"], "long before the timer is due")


@check(
    points=1,
    misconception="",
    needs="call_later_holds_up_no_socket",
    hint="A busy loop always has a socket that is ready. When does it look at its timers?",
)
def test_call_later_is_heeded_beside_sockets_that_are_ready(new_loop, with_data, calls):
    """call_later's timer is called in its turn, even if sockets are ready in every turn."""
    loop = new_loop()
    (sock,) = with_data(1)
    loop.register(sock, int, int)
    loop.call_later(0, calls.noting("timer"))
    for _ in range(3):
        turn(loop)
    calls.must_be(["timer"], "in three turns: it was due in the first one")


@check(
    points=1,
    misconception="",
    needs="call_later_calls_when_the_time_has_come",
    hint="What is the callback of a Timer that was cancelled?",
    symptoms=(TypeError,),
)
def test_call_later_can_be_cancelled(new_loop, calls):
    """call_later returns what can be cancelled, also twice: then it is not called."""
    loop = new_loop()
    loop.call_later(0, calls.noting("the other timer"))
    timer = loop.call_later(0, calls.noting("the cancelled one"))
    timer.cancel()
    timer.cancel()
    turn(loop, QUIET_S)
    turn(loop, QUIET_S)
    calls.must_be(["the other timer"], "in two turns, of two timers")


@check(
    points=2,
    misconception="ready-stays-ready",
    needs="call_later_can_be_cancelled",
    hint="Two timers are due in one turn, and the first cancels the second. What do you look at?",
    symptoms=(TypeError,),
)
def test_call_later_can_be_cancelled_in_the_same_turn(new_loop, calls):
    """call_later's timers can cancel one another in the turn in which both are due."""
    loop = new_loop()
    loop.call_later(0, lambda: (calls.append("the first timer"), late.cancel()))
    late = loop.call_later(0, calls.noting("the cancelled one"))
    turn(loop, QUIET_S)
    turn(loop, QUIET_S)
    calls.must_be(["the first timer"], "in the turn: it cancelled the second one")


@check(
    points=1,
    misconception="loop-may-wait",
    needs="call_later_calls_when_the_time_has_come",
    hint="A timer sets the next one, for at once. When does your turn end?",
)
def test_call_later_again_and_again_does_not_hold_the_turn(new_loop, calls):
    """call_later for at once, asked by a timer, is for the next turn: this one ends."""
    loop = new_loop()

    def again():
        calls.append("timer")
        if len(calls) < 5:
            loop.call_later(0, again)

    loop.call_later(0, again)
    turn(loop)
    calls.must_be(["timer"], "in the first turn")
    turn(loop)
    calls.must_be(["timer"] * 2, "in two turns")


@check(
    points=1,
    misconception="copying-is-free",
    needs="call_later_can_be_cancelled",
    hint="What does it cost to find the place for one timer among ten thousand others?",
    limit_s=4,
)
def test_call_later_is_cheap_for_ten_thousand_timers(new_loop, calls, in_a_row):
    """call_later and cancel take microseconds, however many timers there are."""
    loop = new_loop()
    note = calls.noting("timer")
    timers = in_a_row([(loop, "call_later", 60 + n / 1000, note) for n in range(10_000)])
    in_a_row([(timer, "cancel") for timer in timers])
    loop.call_later(0, calls.noting("the only one"))
    turn(loop)
    calls.must_be(["the only one"], "in the turn after ten thousand were cancelled")


# SelectLoop: other threads.


@check(
    points=1,
    misconception="any-thread-may-call",
    hint="The callback belongs to the loop's thread. Where does it wait until that gets to it?",
)
def test_call_from_thread_leaves_the_call_to_a_turn(new_loop, calls):
    """call_from_thread itself calls nobody: the loop does, in its own thread."""
    loop = new_loop()
    loop.call_from_thread(calls.noting("callback"))
    calls.must_be([], "by call_from_thread, in the thread that asked")


@check(
    points=2,
    misconception="select-sees-threads",
    needs="call_from_thread_leaves_the_call_to_a_turn",
    hint="What makes select return before its time is up? What can another thread do about that?",
)
def test_call_from_thread_makes_the_next_turn_call(new_loop, calls, background):
    """call_from_thread has its callbacks called in the next turn, which is at once, in order."""
    loop = new_loop()
    for name in ("one", "two", "three"):
        loop.call_from_thread(calls.noting(name))
    turns_until(background, loop, calls, 3, "three callbacks came by call_from_thread")
    calls.must_be(["one", "two", "three"], "in the order in which they came")


@check(
    points=3,
    misconception="select-sees-threads",
    needs="call_from_thread_makes_the_next_turn_call",
    hint="The loop may be at any place when you are. Which comes first: the byte, or the callback?",
)
def test_call_from_thread_wakes_a_loop_that_sleeps(new_loop, calls, driving):
    """call_from_thread wakes the loop from its sleep in select."""
    loop = new_loop()
    with driving(loop, turn_s=0.2) as turns:
        for number in range(WAKES):
            kernel.wait_until(lambda n=number: turns.begun > n, what="a turn that begins")
            loop.call_from_thread(calls.noting(number))
            with suppress(TimeoutError):
                kernel.wait_until(lambda n=number: len(calls) > n, timeout_s=0.15, what="a call")
            if len(calls) <= number:
                raise Difference(
                    "a loop that sleeps is woken, and calls the callback within 150 ms",
                    f"number {number + 1} was not called: nothing woke the loop, or the byte came "
                    "before the callback was in its place",
                )


@check(
    points=1,
    misconception="a-byte-for-each-call",
    needs="call_from_thread_makes_the_next_turn_call",
    hint="The waker's buffer is full of unread bytes. Does the loop need one more to wake up?",
)
def test_call_from_thread_never_blocks(new_loop, calls, background, in_a_row):
    """call_from_thread does not block or raise, even if thousands come before the next turn."""
    loop = new_loop()
    asks = [(loop, "call_from_thread", calls.noting(number)) for number in range(MANY)]
    in_time(background, f"call_from_thread, called {MANY:,} times", in_a_row, asks)
    turns_until(background, loop, calls, MANY, f"{MANY:,} callbacks came by call_from_thread")
    if calls != list(range(MANY)):
        raise Difference(f"all {MANY:,} are called once, in their order", "another order")


@check(
    points=1,
    misconception="select-sees-threads",
    needs="call_from_thread_makes_the_next_turn_call",
    hint="Another call still waits, so the loop is up. How long is it, and will it look once more?",
)
def test_call_from_thread_wakes_a_loop_that_is_at_its_calls(new_loop, calls, background):
    """call_from_thread has a callback called in time, even if others are being called just now."""
    loop = new_loop()
    loop.call_from_thread(lambda: loop.call_from_thread(calls.noting("three")))
    loop.call_from_thread(calls.noting("two"))
    turns_until(background, loop, calls, 2, "a callback asked for another one")
    calls.must_be(["two", "three"], "in the order in which they came")


@check(
    points=1,
    misconception="",
    needs="call_from_thread_never_blocks",
    hint="Which errors can send raise here, and for which of them is anything to be done?",
)
def test_call_from_thread_of_a_closed_loop_is_no_error(new_loop, calls):
    """call_from_thread does nothing if the loop was closed, and raises nothing."""
    loop = new_loop()
    loop.close()
    try:
        loop.call_from_thread(calls.noting("callback"))
    except OSError as error:
        raise Difference("call_from_thread returns", f"it raised {error!r}") from error
    calls.must_be([], "by a loop that was closed")


# EchoServer, from outside.


@check(
    points=2,
    misconception="select-unblocks",
    needs="run_once_calls_those_who_are_readable_in_each_turn",
    hint="What does a second accept do if there is no second client?",
    own_chain=True,
)
def test_echo_sends_back_what_a_client_says(echo, dial, nonce, driving):
    """EchoServer sends back what a client says, again and again."""
    loop, address = echo()
    with driving(loop):
        client = dial(address)
        for length in (1, 30, 5_000):
            message = nonce(length)
            client.sendall(message)
            must_be_bytes(heard_by(client, length), message)


@check(
    points=2,
    misconception="loop-may-wait",
    needs="echo_sends_back_what_a_client_says",
    hint=HINT_NOBODY,
)
def test_echo_serves_others_beside_a_silent_client(echo, dial, nonce, driving):
    """EchoServer serves whoever speaks, while others are connected and silent."""
    loop, address = echo()
    with driving(loop):
        silent = dial(address, "client 1")
        talking = dial(address, "client 2")
        must_echo(talking, nonce(10))
        must_echo(silent, nonce(10))


@check(
    points=1,
    misconception="readable-is-data",
    needs="echo_sends_back_what_a_client_says",
    hint="Several clients wait in the listener's queue. How often is it readable?",
)
def test_echo_accepts_all_who_came_before(echo, dial, nonce, driving):
    """EchoServer accepts all clients that had connected before its first turn."""
    loop, address = echo()
    clients = [dial(address, f"client {number}") for number in range(1, 21)]
    with driving(loop):
        for client in clients:
            must_echo(client, nonce(10))


@check(
    points=1,
    misconception="readable-never-raises",
    needs="echo_sends_back_what_a_client_says",
    hint="What does accept do on a non-blocking listener if nobody is there any more?",
)
def test_echo_is_called_though_nobody_has_connected(echo, dial, nonce, driving, background):
    """EchoServer takes no harm if it is called and no client is there any more."""
    loop, address = echo()
    in_time(background, "EchoServer.on_readable(), with nobody there", echo.server.on_readable)
    with driving(loop):
        must_echo(dial(address), nonce(10))


@check(
    points=1,
    misconception="one-error-one-meaning",
    needs="echo_is_called_though_nobody_has_connected",
    hint="Whose error is ECONNABORTED: the client's, or the listener's?",
)
def test_echo_goes_on_if_a_client_has_gone_before_accept(student):
    """EchoServer does not rest if accept says that a client has gone again: others may come."""
    notes, listener = Notes(), Aborting()
    student.EchoServer(notes, listener)
    on_readable, _ = notes.callbacks[listener]
    for why in ("ConnectionAbortedError", "BlockingIOError"):
        on_readable()
        if notes.told:
            raise Difference(f"after {why} the listener is still watched", in_words(notes.told))


class Notes:
    """Stands for a loop, and notes what it is told."""

    def __init__(self):
        self.callbacks, self.told = {}, []

    def register(self, sock, on_readable, on_writable):
        self.callbacks[sock] = on_readable, on_writable

    def unregister(self, sock):
        self.told.append("it was unregistered")

    def want_read(self, sock, yes):
        self.told.append(f"the loop was told want_read(…, {bool(yes)})")

    def want_write(self, sock, yes):
        self.told.append(f"the loop was told want_write(…, {bool(yes)})")

    def call_later(self, delay_s, callback):
        self.told.append(f"a timer was set, for in {delay_s:g} s")


class Aborting:
    """Stands for a listener whose only client has gone again. Linux never says so by itself."""

    def __init__(self):
        self.errors = [ConnectionAbortedError(errno.ECONNABORTED, "aborted")]

    def setblocking(self, flag):
        pass

    def accept(self):
        raise self.errors.pop() if self.errors else BlockingIOError(errno.EAGAIN, "nobody is there")


@check(
    points=2,
    misconception="watch-writable",
    needs="echo_sends_back_what_a_client_says",
    hint="Nothing waits to be sent. What does the loop watch, and what is always ready?",
)
def test_echo_sleeps_while_nothing_happens(echo, dial, nonce, driving):
    """EchoServer lets its loop sleep while its clients are silent."""
    loop, address = echo()
    with driving(loop) as turns:
        clients = [dial(address, f"client {number}") for number in (1, 2)]
        for client in clients:
            must_echo(client, nonce(10))
        must_sleep(turns)


@check(
    points=1,
    misconception="one-error-one-meaning",
    needs="echo_sleeps_while_nothing_happens",
    hint="Which given method knows what to do if accept fails?",
)
def test_echo_serves_on_when_the_listener_is_shut_down(echo, dial, nonce, driving):
    """EchoServer accepts nobody after a shutdown of its listener, and serves its clients."""
    loop, address = echo()
    with driving(loop) as turns:
        client = dial(address)
        must_echo(client, nonce(10))
        echo.shut_down()
        must_echo(client, nonce(10))
        must_sleep(turns)


@check(
    points=1,
    misconception="",
    needs="echo_sends_back_what_a_client_says",
    hint="close() has returned, and your method goes on. What can still be said of this socket?",
)
def test_echo_says_nothing_about_a_socket_that_it_has_closed(echo, dial, nonce, driving):
    """EchoServer tells its loop nothing about a connection that it has closed."""
    loop, address = echo()
    try:
        with driving(loop):
            client = dial(address)
            must_echo(client, nonce(10))
            client.shutdown(socket.SHUT_WR)
            what_comes_to(client)  # what it is, that is for another check
            must_echo(dial(address), nonce(10))
    except KeyError as error:
        raise Difference(
            "behind close() the loop is told nothing more",
            "want_read or want_write was called, and raised KeyError: nobody knows the socket now",
        ) from error


@check(
    points=1,
    misconception="",
    needs="echo_sends_back_what_a_client_says",
    hint="The socket is closed. Which of your calls has no use for such a one?",
)
def test_echo_connections_can_be_closed_twice(student, new_loop, pair):
    """EchoConnection.close raises nothing, not even the second time."""
    connection = student.EchoConnection(new_loop(), pair()[0])
    connection.close()
    try:
        connection.close()
    except OSError as error:
        raise Difference("the second close returns", f"it raised {error!r}") from error


@check(
    points=2,
    misconception="readable-is-data",
    needs=(
        "echo_says_nothing_about_a_socket_that_it_has_closed",
        "echo_connections_can_be_closed_twice",
    ),
    hint="The socket is readable, and recv returns b''. What has come, and what will come next?",
    symptoms=(ValueError,),  # select, of a closed socket that is still in its list
)
def test_echo_ends_when_the_client_has_ended(echo, dial, nonce, driving):
    """EchoServer ends a connection when its client has ended, and its loop can sleep."""
    loop, address = echo()
    with driving(loop) as turns:
        client = dial(address)
        must_echo(client, nonce(10))
        client.shutdown(socket.SHUT_WR)
        must_hear_the_end(client)
        must_sleep(turns)


@check(
    points=1,
    misconception="done-is-closed",
    needs="echo_ends_when_the_client_has_ended",
    hint="A connection has ended. Which two things must happen to its socket?",
)
def test_echo_leaves_no_descriptor_of_a_client_that_has_ended(echo, nonce, driving, descriptors):
    """EchoServer has no descriptor left of clients that came and went."""
    loop, address = echo()
    message = nonce(10)
    at_first = descriptors()
    with driving(loop):
        clients = [socket.create_connection(address, PATIENCE_S) for _ in range(20)]
        for client in clients:
            must_echo(client, message)
            client.close()
        settle(lambda: descriptors() <= at_first)
    must_be_closed(descriptors() - at_first)


@check(
    points=1,
    misconception="done-is-closed",
    needs="echo_leaves_no_descriptor_of_a_client_that_has_ended",
    hint="If somebody else still held this socket, who would close it?",
)
def test_echo_closes_a_socket_that_somebody_holds(student, new_loop, pair):
    """EchoConnection.close closes the socket, and does not leave that to Python's clearing up."""
    sock, _ = pair()
    student.EchoConnection(new_loop(), sock).close()
    if sock.fileno() >= 0:
        raise Difference("the socket is closed", "it is open: it was only forgotten")


@check(
    points=2,
    misconception="readable-never-raises",
    needs="echo_ends_when_the_client_has_ended",
    hint="After a reset the socket is readable. What does recv do then, and who catches it?",
)
def test_echo_survives_a_client_that_resets(echo, dial, nonce, driving):
    """EchoServer drops a client that resets the connection, and serves the other."""
    loop, address = echo()
    with driving(loop):
        rude, other = dial(address, "rude"), dial(address, "other")
        must_echo(rude, nonce(10))
        must_echo(other, nonce(10))
        reset(rude)
        must_echo(other, nonce(10))


@check(
    points=1,
    misconception="",
    needs="echo_survives_a_client_that_resets",
    hint="A reset is one of many errors. Which class do they all belong to?",
)
def test_echo_expects_every_error_of_recv(student):
    """EchoConnection ends by itself, and lets no error out, whichever OSError recv raises."""
    sock = socket.socket()  # never connected: recv raises ENOTCONN, which is no ConnectionError
    sock.setblocking(False)
    with sock:
        must_leave_without_an_error(student, sock, "recv")


def must_leave_without_an_error(student, sock, call):
    """An EchoConnection is called, as sock is readable, and meets an error in `call`."""
    notes = Notes()
    student.EchoConnection(notes, sock)
    on_readable, on_writable = notes.callbacks[sock]
    try:
        on_readable()
        if notes.told[-1:] == ["the loop was told want_write(…, True)"]:
            on_writable()  # one that did not try to send at once
    except OSError as error:
        raise Difference(
            f"{call} has raised an OSError: this connection ends, and the others go on",
            f"what got out of its callback was {error!r}",
        ) from error
    if "it was unregistered" not in notes.told:
        raise Difference(
            f"{call} has raised an OSError: this connection leaves the loop",
            f"it stays, and the loop will call it again; {in_words(notes.told)} was told",
        )


@check(
    points=1,
    misconception="readable-never-raises",
    needs="echo_sends_back_what_a_client_says",
    hint="What does recv do on a non-blocking socket if nothing is there? Is the client gone then?",
)
def test_echo_is_called_though_nothing_can_be_read(student, new_loop, pair, nonce, driving):
    """EchoConnection takes no harm if it is called and there is nothing to read after all."""
    loop = new_loop()
    (thief, accomplice), (sock, far) = pair(), pair()
    same = sock.dup()

    def steal():
        thief.recv(1)
        with suppress(BlockingIOError):  # if the echo was the first to be called
            same.recv(10)

    loop.register(thief, steal, int)
    student.EchoConnection(loop, sock)
    far.settimeout(PATIENCE_S)
    accomplice.sendall(b"?")
    far.sendall(stolen := nonce(10))
    turn(loop)
    same.close()
    message = nonce(10)
    with driving(loop):
        far.sendall(message)
        heard = heard_by(far, 10)
        must_be_bytes(heard if heard != stolen else heard_by(far, 10), message)


@check(
    points=3,
    misconception="select-unblocks",
    needs="echo_serves_others_beside_a_silent_client",
    hint="Is an accepted socket non-blocking if its listener is? What does a send without room do?",
)
def test_echo_serves_others_while_one_does_not_read(echo, dial, nonce, driving):
    """EchoServer serves the others while one client sends and sends and never reads."""
    loop, address = echo()
    with driving(loop):
        glutton, other = dial(address, "never reads"), dial(address, "other")
        offer(glutton, nonce(10_000), most=1_000_000)
        must_echo(other, nonce(10))


@check(
    points=2,
    misconception="send-takes-all",
    needs="echo_serves_others_while_one_does_not_read",
    hint="send took a part, or nothing. Who sends the rest, and when does it know that it can?",
)
def test_echo_loses_nothing_to_a_slow_reader(echo, dial, nonce, driving, background):
    """EchoServer sends every byte back, in order, to a client that first sends and then reads."""
    message = nonce(9_973) * 60
    loop, address = echo()
    with driving(loop):
        client = dial(address)
        sending = background(client.sendall, message)
        stalls(lambda: kernel.unread(client))  # so that there was no room for all of it
        must_be_bytes(heard_by(client, len(message)), message)
        sending.result(PATIENCE_S)
        must_echo(client, nonce(10))


@check(
    points=1,
    misconception="",
    needs="echo_loses_nothing_to_a_slow_reader",
    hint="Something waits, and the buffer is far from full. Is that a reason to read no more?",
)
def test_echo_reads_on_while_its_buffer_has_room(echo, dial, nonce, driving):
    """EchoServer takes 200,000 bytes of a client that reads nothing: there is room for them."""
    loop, address = echo()
    with driving(loop):
        client = dial(address, "reads nothing yet")
        client.setblocking(False)
        message = nonce(10_000) * (PENDING_BYTES // 10_000)
        rest = bytearray(message)

        def is_taken():
            with suppress(BlockingIOError):
                del rest[: socket.socket.send(client, rest)]
            return not rest and not kernel.unsent(client) and not unread_at_other_end(client)

        settle(is_taken)
        client.note("send", f"{PENDING_BYTES - len(rest):,} bytes, and it reads nothing")
        if not is_taken():
            left = len(rest) + kernel.unsent(client) + (unread_at_other_end(client) or 0)
            raise Difference(
                f"the server reads {PENDING_BYTES:,} bytes, and keeps what can't be sent yet",
                f"it has read {PENDING_BYTES - left:,} bytes and reads no more",
            )


@check(
    points=2,
    misconception="readable-never-raises",
    needs=("echo_loses_nothing_to_a_slow_reader", "echo_survives_a_client_that_resets"),
    hint="Which calls of this connection can meet the reset, beside recv?",
)
def test_echo_survives_a_reset_in_the_middle_of_a_turn(echo, dial, nonce, driving):
    """EchoServer drops clients that reset while it sends to them, and serves the others."""
    loop, address = echo()
    with driving(loop):
        names = ("full", "busy", "rude", "patient")
        full, busy, rude, patient = (dial(address, name) for name in names)
        for client in (full, busy, rude, patient):
            must_echo(client, nonce(10))
        offer(full, nonce(10_000))  # now the server only writes to it
        offer(busy, nonce(10_000), most=PENDING_BYTES)  # and to this one it does both
    message = nonce(30)
    for client in (full, busy, rude):
        reset(client)
    patient.sendall(message)
    new = dial(address, "new")
    with driving(loop):
        must_be_bytes(heard_by(patient, 30), message)
        must_echo(new, nonce(10))
        for client in (patient, new):
            client.shutdown(socket.SHUT_WR)
            must_hear_the_end(client)


@check(
    points=1,
    misconception="",
    needs="echo_survives_a_reset_in_the_middle_of_a_turn",
    hint="send has raised. Will it ever do anything else on this socket?",
)
def test_echo_leaves_the_loop_if_send_raises(student, pair):
    """EchoConnection ends by itself if the client is gone when it sends."""
    sock, far = pair()
    far.sendall(b"?")
    far.close()  # the byte can still be read; an answer is a broken pipe
    must_leave_without_an_error(student, sock, "send")


@check(
    points=1,
    misconception="",
    needs="echo_loses_nothing_to_a_slow_reader",
    hint="How little may wait, so that it is still worth the room?",
)
def test_echo_asks_for_room_even_for_one_byte(student, pair):
    """EchoConnection has its socket watched for writing while anything waits, be it one byte."""
    sock, far = pair()
    with suppress(BlockingIOError):
        while True:
            sock.send(bytes(CHUNK_BYTES))
    far.sendall(b"?")
    notes = Notes()
    student.EchoConnection(notes, sock)
    notes.callbacks[sock][0]()
    if "the loop was told want_write(…, True)" not in notes.told:
        raise Difference(
            "one byte waits, for there is no room: the loop is told want_write(…, True)",
            in_words(notes.told),
        )


@check(
    points=2,
    misconception="bytes-need-no-bound",
    needs="echo_loses_nothing_to_a_slow_reader",
    hint="Who could make the client stop, if you do not read from it?",
)
def test_echo_keeps_a_bound_for_who_does_not_read(echo, dial, nonce, driving):
    """EchoServer stops reading from a client that does not read: memory has a bound."""
    loop, address = echo()
    with driving(loop):
        taken = offer(dial(address, "never reads"), nonce(10_000))
    if taken > BOUND_BYTES:
        raise Difference(
            f"it stops reading before {BOUND_BYTES:,} bytes",
            f"it took {taken:,} bytes from a client that reads nothing",
        )


@check(
    points=2,
    misconception="readable-is-data",
    needs="echo_keeps_a_bound_for_who_does_not_read",
    hint="You read no more, but bytes are there. What does select say, and who can stop asking?",
)
def test_echo_sleeps_while_it_waits_for_a_reader(echo, dial, nonce, driving):
    """EchoServer lets its loop sleep while a client that is full reads nothing."""
    loop, address = echo()
    with driving(loop) as turns:
        offer(dial(address, "never reads"), nonce(10_000))
        must_sleep(turns)


@check(
    points=2,
    misconception="eof-is-gone",
    needs=("echo_loses_nothing_to_a_slow_reader", "echo_ends_when_the_client_has_ended"),
    hint="The client will send no more. Does it still read?",
)
def test_echo_sends_the_rest_after_the_client_has_ended(echo, dial, nonce, driving):
    """EchoServer still sends all that waits to a client that has ended."""
    loop, address = echo()
    with driving(loop):
        client, message = ended_but_for_the_rest(address, dial, nonce)
        must_be_bytes(heard_by(client, len(message)), message)


def ended_but_for_the_rest(address, dial, nonce):
    """A client that has ended and read nothing, and what it has said."""
    message = nonce(10_000) * (PENDING_BYTES // 10_000)
    client = dial(address)
    client.sendall(message)
    client.shutdown(socket.SHUT_WR)
    settle(lambda: kernel.state(client) == "FIN-WAIT-2")
    return client, message


@check(
    points=1,
    misconception="",
    needs="echo_sends_the_rest_after_the_client_has_ended",
    hint="The flush has sent the last byte. Will anybody call this connection once more?",
)
def test_echo_ends_when_the_rest_is_sent(echo, dial, nonce, driving):
    """EchoServer closes a connection as soon as its client has ended and nothing waits any more."""
    loop, address = echo()
    with driving(loop):
        client, message = ended_but_for_the_rest(address, dial, nonce)
        heard_by(client, len(message))
        must_hear_the_end(client)


@check(
    points=2,
    misconception="readable-is-data",
    needs="echo_sends_the_rest_after_the_client_has_ended",
    hint="The end of the stream is there, and stays there. For what do you still watch?",
)
def test_echo_sleeps_between_the_clients_end_and_its_own(echo, dial, nonce, driving):
    """EchoServer lets its loop sleep while a client that has ended does not read the rest."""
    loop, address = echo()
    with driving(loop) as turns:
        ended_but_for_the_rest(address, dial, nonce)
        must_sleep(turns)


@check(
    points=1,
    misconception="xlist-is-errors",
    needs="echo_sleeps_while_nothing_happens",
    hint="On Linux, what puts a socket into select's third list? Is anything wrong with it then?",
)
def test_echo_takes_an_out_of_band_byte_for_no_error(echo, dial, nonce, driving):
    """EchoServer goes on with a client that sends an out-of-band byte, and its loop can sleep."""
    loop, address = echo()
    first, second = nonce(10), nonce(10)
    with driving(loop) as turns:
        client = dial(address)
        client.sendall(first)
        must_be_bytes(heard_by(client, 10), first)
        client.send(b"!", socket.MSG_OOB)
        must_sleep(turns)
        client.sendall(second)
        must_be_bytes(heard_by(client, 10), second)


@check(
    points=1,
    misconception="loop-may-wait",
    needs="echo_loses_nothing_to_a_slow_reader",
    hint="A client sends faster than you can read. When does your callback return?",
)
def test_echo_reads_once_in_a_turn(echo, dial, nonce):
    """EchoServer takes one recv from a client in a turn, not all that has come: others wait."""
    loop, address = echo(LARGE_BYTES)
    client = dial(address, "client", LARGE_BYTES)
    turn(loop)
    socket.socket.sendall(client, nonce(1_000) * (OFFERED_BYTES // 1_000))
    client.note("send", f"{OFFERED_BYTES:,} bytes")
    settle(lambda: kernel.unsent(client) == 0)
    turn(loop)
    if (echoed := kernel.unread(client)) > CHUNK_BYTES:
        raise Difference(
            f"at most one recv({CHUNK_BYTES:,}) in a turn",
            f"{echoed:,} bytes were echoed in one turn",
        )


@check(
    points=3,
    misconception="loop-may-wait",
    needs="echo_keeps_a_bound_for_who_does_not_read",
    hint=HINT_NOBODY,
)
def test_echo_harms_none_of_fifty_clients(echo, dial, peers, nonce, driving):
    """EchoServer serves fifty clients, though one never reads and one drips a byte now and then."""
    loop, address = echo()
    with driving(loop):
        offer(dial(address, "never reads"), nonce(10_000))
        clients = [dial(address, f"client {number}") for number in range(1, 49)]
        dripped, messages = nonce(8), [nonce(100) for _ in clients]
        drip = dial(address, "drips")
        for place in range(8):
            drip.sendall(dripped[place : place + 1])
            for client, message in zip(clients, messages, strict=True):
                client.sendall(message)
            for client, message in zip(clients, messages, strict=True):
                must_be_bytes(heard_by(client, 100), message)
        must_be_bytes(heard_by(drip, 8), dripped)


@check(
    points=1,
    misconception="done-is-closed",
    needs=(
        "echo_leaves_no_descriptor_of_a_client_that_has_ended",
        "echo_survives_a_client_that_resets",
    ),
    hint="Is there a way out of your methods on which the socket stays open?",
    limit_s=20,  # 0.3 s on a calm machine, and more than 5 s with thirty busy programs
)
def test_echo_leaves_no_descriptor_of_a_thousand_clients(echo, nonce, driving, descriptors):
    """EchoServer has no descriptor left after a thousand clients, half of which reset."""
    loop, address = echo()
    message = nonce(10)
    at_first = descriptors()
    with driving(loop):
        for _ in range(40):
            clients = [socket.create_connection(address, PATIENCE_S) for _ in range(25)]
            for client in clients:
                client.sendall(message)
            for client in clients:
                must_be_bytes(heard_by(client, 10), message)
            for number, client in enumerate(clients):
                reset(client) if number % 2 else client.close()
        settle(lambda: descriptors() <= at_first)
    must_be_closed(descriptors() - at_first)
