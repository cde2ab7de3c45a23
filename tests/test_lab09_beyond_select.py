"""Checks of lab 09: a loop on epoll, tunnels that splice, and workers at one port."""

import errno
import fcntl
import os
import resource
import socket
import struct
import time
from contextlib import contextmanager, suppress

import pytest

from workbench import kernel
from workbench.checks import Difference, check, must_be_bytes, must_raise
from workbench.handlers import die_young, obey, outlast

PATIENCE_S = 3.0  # for what must come, on a busy machine, too
QUIET_S = 0.03  # for what must not
WINDOW_S = 0.05  # in which turns are counted: a loop that sleeps makes three, one that spins 2,000
FEW_TURNS = 50  # in such a window, and some work of before may still be going on
STALLED_S = 0.06  # without room for so long: nobody reads any more
HIGH_NUMBER = 1_100  # select's sets end at 1,023
MANY, SOME_TURNS = 400, 20  # silent sockets; turns that are timed
PENDING_BYTES = 200_000  # more than small kernel buffers hold
ENDLESS, MOST_PIPES = 100_000, 5_000  # more than a process may have of anything
RETURNS_S = 0.6  # a program that will return has returned by then
GROWN_UP_S = 0.4  # a worker that dies in its first 0.3 s is not replaced
LARGE_BYTES, SMALL_BYTES = 512 * 1024, 16 * 1024  # kernel buffers
RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER: on, for 0 seconds

HINT_TURN = "The first callback of a turn changes something. What does the second one still know?"

splicing = pytest.mark.skipif(not hasattr(os, "splice"), reason="this system has no splice")


# What the checks stand on.


class Calls(list):
    """What was called, in order: `calls.noting("timer")` makes a callback that notes its name."""

    def noting(self, name):
        return lambda: self.append(name)

    def must_be(self, expected, when):
        """These were called, in this order, and nothing else."""
        if self != expected:
            raise Difference(f"called {when}: {in_words(expected)}", f"called: {in_words(self)}")


def in_words(names):
    return "; ".join(names[:6] + ["…"] * (len(names) > 6)) or "nothing"


@pytest.fixture
def calls():
    return Calls()


@pytest.fixture
def new_loop(student):
    """`new_loop()` makes a loop of the student's; it is closed with the check."""
    loops = []

    def make():
        loops.append(student.EpollLoop())
        return loops[-1]

    yield make
    for loop in loops:
        with suppress(Exception):
            loop.close()


@pytest.fixture
def pair():
    """`pair()` gives two connected TCP sockets, both non-blocking; closed with the check."""
    made = []

    def make(buffer_bytes=None):
        with socket.socket() as listener:
            near = socket.socket()
            for sock in (listener, near):  # accepted sockets inherit them
                for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
                    if buffer_bytes:
                        sock.setsockopt(socket.SOL_SOCKET, option, buffer_bytes)
            listener.bind(("127.0.0.1", 0))
            listener.listen(1)
            near.connect(listener.getsockname())
            far, _ = listener.accept()
        made.extend((near, far))
        for sock in (near, far):
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return near, far

    yield make
    for sock in made:
        sock.close()


@pytest.fixture
def with_data(pair):
    """`with_data(n)` gives n connected sockets on which something has arrived and is unread."""

    def make(count):
        pairs = [pair() for _ in range(count)]
        for near, far in pairs:
            far.send(b"?")
            kernel.wait_until(lambda sock=near: kernel.unread(sock), what="a byte")
        return [near for near, _ in pairs]

    return make


@pytest.fixture
def refused():
    """A UDP socket whose datagram nobody took: an error is there, and nothing to read."""
    with socket.socket(type=socket.SOCK_DGRAM) as sock, socket.socket(type=socket.SOCK_DGRAM) as to:
        to.bind(("127.0.0.1", 0))
        sock.connect(to.getsockname())
        to.close()
        sock.setblocking(False)
        sock.send(b"?")
        yield sock


@pytest.fixture
def pool(student):
    """`pool(limit)` makes a pool of pipes; what it still has is closed with the check."""
    pools = []

    def make(*limit):
        pools.append(student.PipePool(*limit))
        return pools[-1]

    yield make
    for each in pools:
        with suppress(Exception):
            each.close()


@pytest.fixture
def buffer(student):
    """`buffer(pool)` makes a PipeBuffer; it gives its pipe back with the check."""
    buffers = []

    def make(pool):
        buffers.append(student.PipeBuffer(pool))
        return buffers[-1]

    yield make
    for each in buffers:
        with suppress(Exception):
            each.drop()


@pytest.fixture
def tunnel(student, new_loop, pool, peers):
    """`loop, client, origin = tunnel(pool=…)`: a tunnel's far ends, on a loop nobody turns yet."""
    made = []

    def make(loop=None, pipes=None, **named):
        loop = loop or new_loop()
        near_client, client = peers.pair(small_buffers=True, who="client")
        near_origin, origin = peers.pair(small_buffers=True, who="origin")
        for far in (client, origin):
            far.settimeout(PATIENCE_S)
        pipes = pool() if pipes is None else pipes
        made.append(student.SpliceTunnel(pipes, loop, near_client, near_origin, **named))
        return loop, client, origin

    yield make
    for each in made:
        with suppress(Exception):
            each.end(None)


def turn(loop, timeout_s=PATIENCE_S):
    loop.run_once(timeout_s)


def seconds(function, *args):
    started_s = time.monotonic()
    function(*args)
    return time.monotonic() - started_s


def must_have_slept(took_s, why):
    if took_s < QUIET_S * 0.8:
        raise Difference(
            f"run_once({QUIET_S}) sleeps for {QUIET_S * 1000:.0f} ms: {why}",
            f"it took {took_s * 1000:.1f} ms",
        )


def heard_by(sock, count):
    """`count` bytes, or fewer if the stream ends or nothing more comes in time."""
    heard = bytearray()
    sock.settimeout(PATIENCE_S)
    with suppress(TimeoutError, ConnectionError):
        while len(heard) < count and (data := sock.recv(min(65_536, count - len(heard)))):
            heard += data
    return bytes(heard)


def offer(sock, data, most):
    """Send until there is no room for a while. Returns what was taken."""
    taken = bytearray()
    sock.settimeout(STALLED_S)
    with suppress(TimeoutError, ConnectionError):
        while len(taken) < most:
            taken += data[: sock.send(data)]
    sock.settimeout(PATIENCE_S)
    return bytes(taken)


def arrived(sender):
    """Wait until all that it has sent has come to its peer's kernel."""
    kernel.wait_until(lambda: kernel.unsent(sender) == 0, what="the arrival of all that was sent")


def reset(sock):
    """Closes with RST instead of FIN."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
    sock.close()


def must_sleep(turns):
    """The loop makes few turns while nothing happens. Blocks for WINDOW_S."""
    before = turns.completed
    time.sleep(WINDOW_S)  # it is measured here what happens in this time
    count = turns.completed - before
    if count >= FEW_TURNS:
        span = f"turns of the loop in {WINDOW_S * 1000:g} ms of silence"
        raise Difference(f"fewer than {FEW_TURNS} {span}", f"there were {count}: it never sleeps")


def settle(predicate):
    """Wait until it holds; if it never does, what stands behind tells."""
    with suppress(TimeoutError):
        kernel.wait_until(predicate, timeout_s=PATIENCE_S, what="an end")


@contextmanager
def descriptors_up_to(count):
    """This process may have so many descriptors meanwhile."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and count > hard:
        pytest.skip(f"this system permits {hard} descriptors and no more")
    resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def numbered(sock, number):
    """A duplicate of `sock` whose descriptor has this number, or the next free one above."""
    return socket.socket(fileno=fcntl.fcntl(sock, fcntl.F_DUPFD_CLOEXEC, number))


# EpollLoop.


@check(
    points=2,
    misconception="",
    hint="Who is in _changed after register, and what becomes of that before the sleep?",
)
def test_loop_calls_those_who_are_readable_in_each_turn(new_loop, pair, with_data, calls):
    """EpollLoop calls on_readable of the readable sockets, once in each turn, and of no others."""
    loop = new_loop()
    (ready,), (idle, _) = with_data(1), pair()
    loop.register(idle, calls.noting("on_readable of idle"), calls.noting("on_writable"))
    loop.register(ready, calls.noting("on_readable of ready"), calls.noting("on_writable"))
    turn(loop)
    calls.must_be(["on_readable of ready"], "in the first turn")
    turn(loop)
    calls.must_be(["on_readable of ready"] * 2, "in two turns, with the byte still unread")


@check(
    points=1,
    misconception="",
    needs="loop_calls_those_who_are_readable_in_each_turn",
    hint="Which timeout says that there is no bound: None, or 0?",
    limit_s=2,
)
def test_loop_does_not_sleep_if_it_may_not(new_loop, pair, calls):
    """EpollLoop ends a turn at once if nothing happens and the timeout is 0."""
    loop, (idle, _) = new_loop(), pair()
    loop.register(idle, calls.noting("on_readable"), calls.noting("on_writable"))
    turn(loop, 0)
    calls.must_be([], "while nothing happens")


@check(
    points=1,
    misconception="",
    needs="loop_does_not_sleep_if_it_may_not",
    hint="In which unit does epoll count?",
    limit_s=2,
)
def test_loop_sleeps_no_longer_than_it_is_told(new_loop, pair, calls):
    """EpollLoop ends a turn when its timeout is over, if nothing happens."""
    loop, (idle, _) = new_loop(), pair()
    loop.register(idle, calls.noting("on_readable"), calls.noting("on_writable"))
    turn(loop, QUIET_S)
    calls.must_be([], "while nothing happens")


@check(
    points=2,
    misconception="watch-writable",
    needs="loop_sleeps_no_longer_than_it_is_told",
    hint="A wish has changed. When does the kernel learn of it?",
)
def test_loop_calls_who_wants_to_write(new_loop, pair, calls):
    """EpollLoop calls on_writable in each turn after want_write(…, True), until it is False."""
    loop = new_loop()
    sock, _ = pair()
    loop.register(sock, calls.noting("on_readable"), calls.noting("on_writable"))
    loop.want_write(sock, True)
    turn(loop)
    turn(loop)
    calls.must_be(["on_writable"] * 2, "in two turns after want_write(…, True)")
    calls.clear()
    loop.want_write(sock, False)
    took_s = seconds(turn, loop, QUIET_S)
    calls.must_be([], "in the turn after want_write(…, False)")
    must_have_slept(took_s, "nobody wants to write")


@check(
    points=1,
    misconception="",
    needs="loop_calls_who_wants_to_write",
    hint="Both are wanted. Which bits does the kernel have to be told?",
)
def test_loop_reads_from_who_waits_to_write_as_well(new_loop, with_data, calls):
    """EpollLoop calls on_readable, and then on_writable, of a socket that wants both."""
    loop, (sock,) = new_loop(), with_data(1)
    loop.register(sock, calls.noting("on_readable"), calls.noting("on_writable"))
    loop.want_write(sock, True)
    turn(loop)
    calls.must_be(["on_readable", "on_writable"], "in one turn of a socket that wants both")


@check(
    points=1,
    misconception="readable-is-data",
    needs="loop_sleeps_no_longer_than_it_is_told",
    hint="Bytes are there and you have no room for them. What does epoll still watch for?",
)
def test_loop_sleeps_while_reading_is_paused(new_loop, with_data, calls):
    """EpollLoop sleeps after want_read(…, False), though bytes have come."""
    loop = new_loop()
    (sock,) = with_data(1)
    loop.register(sock, calls.noting("on_readable"), calls.noting("on_writable"))
    turn(loop)
    loop.want_read(sock, False)
    took_s = seconds(turn, loop, QUIET_S)
    calls.must_be(["on_readable"], "before the pause, and none in it")
    must_have_slept(took_s, "nobody wants to read")


@check(
    points=3,
    misconception="asked-is-told",
    needs="loop_sleeps_while_reading_is_paused",
    hint="The socket is paused. What does epoll report although you have asked for nothing?",
)
def test_loop_sleeps_while_who_is_paused_has_hung_up(new_loop, pair, calls):
    """EpollLoop sleeps, and calls nobody, if a socket that wants nothing was reset."""
    loop = new_loop()
    sock, far = pair()
    loop.register(sock, calls.noting("on_readable"), calls.noting("on_writable"))
    turn(loop, 0)
    loop.want_read(sock, False)
    turn(loop, 0)
    reset(far)
    settle(lambda: kernel.state(sock) == "CLOSED")
    took_s = seconds(turn, loop, QUIET_S)
    calls.must_be([], "for a socket that wants nothing")
    must_have_slept(took_s, "nobody wants anything, so no hang-up is reported")


@check(
    points=1,
    misconception="",
    needs="loop_sleeps_while_who_is_paused_has_hung_up",
    hint="The pause is over. What do you believe that the kernel was told last, and is it so?",
)
def test_loop_reads_on_after_a_pause(new_loop, with_data, calls):
    """EpollLoop calls on_readable again after want_read(…, True), pause by pause."""
    loop = new_loop()
    (sock,) = with_data(1)
    loop.register(sock, calls.noting("on_readable"), calls.noting("on_writable"))
    turn(loop)
    calls.clear()
    for pauses in (1, 2):
        loop.want_read(sock, False)
        turn(loop, 0)
        loop.want_read(sock, True)
        turn(loop)
        calls.must_be(["on_readable"] * pauses, f"in the turns after {pauses} of the pauses")


@check(
    points=1,
    misconception="",
    needs="loop_reads_on_after_a_pause",
    hint="Nothing is wanted, and the kernel does not know this socket. What is there to tell?",
)
def test_loop_tells_nothing_of_who_is_unknown_and_wants_nothing(new_loop, with_data, calls):
    """EpollLoop goes on if what was wanted is taken back before the kernel has heard of it."""
    loop = new_loop()
    (sock,) = with_data(1)
    loop.register(sock, calls.noting("on_readable"), calls.noting("on_writable"))
    loop.want_read(sock, False)
    turn(loop, 0)
    for wish in (loop.want_read, loop.want_write):
        wish(sock, True)
        wish(sock, False)
        turn(loop, 0)
    calls.must_be([], "while it wants nothing")


@check(
    points=1,
    misconception="select-scales",
    needs="loop_calls_those_who_are_readable_in_each_turn",
    hint="Whose bound was 1,024, and does your register still ask for it?",
    symptoms=(ValueError,),
)
def test_loop_takes_any_number(new_loop, with_data, calls):
    """EpollLoop watches a socket whose descriptor's number is beyond select's sets."""
    loop = new_loop()
    (sock,) = with_data(1)
    with descriptors_up_to(HIGH_NUMBER + 50), numbered(sock, HIGH_NUMBER) as high:
        loop.register(high, calls.noting("on_readable"), calls.noting("on_writable"))
        turn(loop)
        calls.must_be(["on_readable"], f"for the descriptor {high.fileno():,}")
        loop.unregister(high)


@check(
    points=1,
    misconception="",
    needs="loop_calls_those_who_are_readable_in_each_turn",
    hint="What is the number of a socket that is closed?",
)
def test_loop_refuses_a_closed_socket(new_loop, pair):
    """EpollLoop.register raises ValueError for a closed socket."""
    sock, _ = pair()
    sock.close()
    must_raise(ValueError, new_loop().register, sock, int, int)


@check(
    points=2,
    misconception="select-scales",
    needs="loop_calls_those_who_are_readable_in_each_turn",
    hint="What does a turn do for each socket that it knows, ready or not?",
)
def test_loop_does_nothing_for_those_who_are_silent(new_loop, pair, with_data):
    """EpollLoop's turns take no longer if hundreds of silent sockets are registered, too."""
    loop, (ready,), (silent, _) = new_loop(), with_data(1), pair()
    loop.register(ready, int, int)
    alone_s = quickest(loop)
    copies = [silent.dup() for _ in range(MANY)]
    for copy in copies:
        loop.register(copy, int, int)
    turn(loop)
    beside_s = quickest(loop)
    for copy in copies:
        loop.unregister(copy)
        copy.close()
    if beside_s > 4 * alone_s:
        times = f"beside {MANY} silent ones they take {beside_s / alone_s:.0f} times as long"
        raise Difference("turns that take as long as with one socket alone", times)


def quickest(loop):
    """The shortest time that some turns took: what else the machine did is not in it."""
    return min(seconds(lambda: [turn(loop) for _ in range(SOME_TURNS)]) for _ in range(5))


@check(
    points=2,
    misconception="ready-stays-ready",
    needs=("loop_calls_who_wants_to_write", "loop_sleeps_while_reading_is_paused"),
    hint=HINT_TURN,
    symptoms=(KeyError,),
)
def test_loop_heeds_an_unregister_in_the_same_turn(new_loop, with_data, calls):
    """EpollLoop calls nobody who was unregistered in this turn, nor in a later one."""
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
    took_s = seconds(turn, loop, QUIET_S)
    calls.must_be(["the first one"], "in two turns: it unregistered all three sockets")
    must_have_slept(took_s, "nobody is registered any more")


@check(
    points=1,
    misconception="",
    needs="loop_heeds_an_unregister_in_the_same_turn",
    hint="A wish was noted, and then the socket has left. Which of the books still has it?",
)
def test_loop_forgets_the_wishes_of_who_leaves(new_loop, pair, calls):
    """EpollLoop.unregister drops what was noted for the kernel, too: the next turn goes on."""
    loop, (sock, _), (other, _) = new_loop(), pair(), pair()
    for each in (sock, other):
        loop.register(each, calls.noting("on_readable"), calls.noting("on_writable"))
    turn(loop, 0)
    for each in (sock, other):
        loop.want_write(each, True)
    loop.unregister(sock)
    turn(loop)
    calls.must_be(["on_writable"], "for the other socket alone")
    loop.unregister(other)


@check(
    points=1,
    misconception="",
    needs="loop_heeds_an_unregister_in_the_same_turn",
    hint="What does pop do for a key that is not there?",
    symptoms=(KeyError,),
)
def test_loop_unregister_of_who_is_not_there_is_no_error(new_loop, pair):
    """EpollLoop.unregister does nothing for a socket that is not registered, or not any more."""
    loop, (sock, other) = new_loop(), pair()
    loop.unregister(sock)
    loop.register(sock, int, int)
    turn(loop, 0)
    for each in (sock, sock, other):
        loop.unregister(each)
    must_raise(KeyError, loop.want_read, sock, True)


@check(
    points=1,
    misconception="",
    needs="loop_unregister_of_who_is_not_there_is_no_error",
    hint="Has the kernel heard of this socket yet? What does epoll say of one that it can't know?",
)
def test_loop_unregisters_whom_the_kernel_has_not_heard_of(new_loop, with_data, calls):
    """EpollLoop.unregister is no error before the first turn, when the kernel knows nothing."""
    loop, (sock,) = new_loop(), with_data(1)
    loop.register(sock, calls.noting("on_readable"), calls.noting("on_writable"))
    loop.unregister(sock)
    turn(loop, 0)
    calls.must_be([], "of a socket that has left before the first turn")


@check(
    points=2,
    misconception="ready-stays-ready",
    needs="loop_heeds_an_unregister_in_the_same_turn",
    hint="epoll gives numbers. Do you look up whose they are before the first call, or later?",
    symptoms=(KeyError,),
)
def test_loop_keeps_apart_who_has_the_same_number(new_loop, pair, with_data, calls):
    """EpollLoop takes nobody for a socket that has just been closed and had the same number."""
    loop = new_loop()
    one, two = with_data(2)
    idle, _ = pair()
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
    calls.must_be(["the first one"], "in the turn: it put an idle socket in the other's place")
    for copy in copies:
        loop.unregister(copy)
        copy.close()


@check(
    points=2,
    misconception="numbers-stay",
    needs="loop_keeps_apart_who_has_the_same_number",
    hint="The kernel knows sockets by numbers, and so does your book. When is a number free again?",
    symptoms=(KeyError, FileExistsError),
)
def test_loop_watches_the_new_owner_of_a_number(new_loop, with_data, calls):
    """EpollLoop watches a socket that has the number of one that was unregistered and closed."""
    loop = new_loop()
    old, ready = with_data(2)
    loop.register(old, calls.noting("old"), calls.noting("on_writable"))
    turn(loop)
    loop.unregister(old)
    number = old.fileno()
    old.close()
    with numbered(ready, number) as new:
        loop.register(new, calls.noting("new"), calls.noting("on_writable"))
        turn(loop)
        loop.want_read(new, False)
        turn(loop, 0)
        loop.unregister(new)
    calls.must_be(["old", "new"], "in the old one's turn, and in the new one's")


@check(
    points=2,
    misconception="numbers-stay",
    needs="loop_watches_the_new_owner_of_a_number",
    hint="The old one leaves late, and its number is another's. In your book, or in the kernel?",
    symptoms=(KeyError, ValueError),
)
def test_loop_lets_a_late_unregister_harm_nobody(new_loop, with_data, calls):
    """EpollLoop.unregister of a socket that is closed already harms no one with its old number."""
    loop = new_loop()
    old, ready = with_data(2)
    loop.register(old, calls.noting("old"), calls.noting("on_writable"))
    turn(loop)
    number = old.fileno()
    old.close()
    with numbered(ready, number) as new:
        loop.register(new, calls.noting("new"), calls.noting("on_writable"))
        turn(loop, 0)
        calls.must_be(["old", "new"], "before the late unregister")
        loop.unregister(old)
        must_still_watch(loop, calls)
        loop.unregister(new)


@check(
    points=1,
    misconception="",
    needs="loop_lets_a_late_unregister_harm_nobody",
    hint="This socket is in three books already. What does SelectLoop do with it first?",
)
def test_loop_register_starts_afresh(new_loop, with_data, calls):
    """EpollLoop.register of a socket that is registered already unregisters it first."""
    loop, (sock,) = new_loop(), with_data(1)
    loop.register(sock, calls.noting("the old one"), calls.noting("the old one"))
    loop.want_write(sock, True)
    turn(loop, 0)
    calls.clear()
    loop.register(sock, calls.noting("the new one"), calls.noting("on_writable"))
    turn(loop)
    calls.must_be(["the new one"], "in the turn after the second register")


@check(
    points=1,
    misconception="",
    needs="loop_lets_a_late_unregister_harm_nobody",
    hint="A wish has changed. Is it noted now, or told to the kernel? When is it told?",
)
def test_loop_notes_a_wish_without_a_system_call(new_loop, pair):
    """EpollLoop.want_read only notes the change: it would fail for a closed socket otherwise."""
    loop, (sock, _) = new_loop(), pair()
    loop.register(sock, int, int)
    turn(loop, 0)
    sock.close()
    for yes in (False, True):
        loop.want_read(sock, yes)
    loop.unregister(sock)


@check(
    points=1,
    misconception="errors-need-no-answer",
    needs="loop_notes_a_wish_without_a_system_call",
    hint="A socket was closed and not unregistered. Who learns of that mistake, if not from you?",
)
def test_loop_raises_if_a_socket_was_closed_too_early(new_loop, pair):
    """EpollLoop raises OSError if it has to tell of a socket that was closed and is registered."""
    loop, (sock, _) = new_loop(), pair()
    loop.register(sock, int, int)
    sock.close()
    must_raise(OSError, loop.run_once, 0)
    loop.unregister(sock)


@check(
    points=1,
    misconception="",
    needs="loop_raises_if_a_socket_was_closed_too_early",
    hint="An error in the midst of _changed: what is left in it for the next turn?",
)
def test_loop_loses_no_change_by_an_error(new_loop, with_data, pair, calls):
    """EpollLoop raises in each turn until that socket is unregistered, and loses no change."""
    loop, socks, (closed, _) = new_loop(), with_data(3), pair()
    for sock in (closed, *socks):
        loop.register(sock, calls.noting("on_readable"), calls.noting("on_writable"))
    closed.close()
    for _ in range(3):
        must_raise(OSError, loop.run_once, 0)
    loop.unregister(closed)
    turn(loop)
    calls.must_be(["on_readable"] * 3, "of three others, when the closed one was unregistered")
    for sock in socks:
        loop.unregister(sock)


def must_still_watch(loop, calls):
    """A turn calls the new one; if it does not, this tells who has lost its number."""
    calls.clear()
    try:
        took_s = seconds(turn, loop, QUIET_S)
    except KeyError as error:
        lost = "the loop's book, _by_number, has lost its number: _ready raised KeyError"
        raise Difference("the new socket is called", lost) from error
    if not calls:  # the kernel has named it, if the turn did not sleep
        who = "epoll" if took_s > QUIET_S * 0.8 else "the loop's book, _by_number,"
        raise Difference("the new socket is called", f"{who} has lost its number")
    calls.must_be(["new"], "after the late unregister")


@check(
    points=2,
    misconception="",
    needs="loop_sleeps_while_who_is_paused_has_hung_up",
    hint="A reset is reported as EPOLLHUP and EPOLLERR. Which of your two lists has to have it?",
)
def test_loop_tells_of_a_reset_whoever_wants_something(new_loop, pair, calls):
    """EpollLoop counts a hang-up as readable and as writable, for those who want that."""
    loop = new_loop()
    for wish in ("on_readable", "on_writable"):
        sock, far = pair()
        loop.register(sock, calls.noting("on_readable"), calls.noting("on_writable"))
        loop.want_read(sock, wish == "on_readable")
        loop.want_write(sock, wish == "on_writable")
        turn(loop, 0)
        calls.clear()
        reset(far)
        settle(lambda sock=sock: kernel.state(sock) == "CLOSED")
        turn(loop)
        calls.must_be([wish], f"for a socket that was reset and waits for {wish}")
        loop.unregister(sock)


@check(
    points=1,
    misconception="",
    needs="loop_tells_of_a_reset_whoever_wants_something",
    hint="The kernel says EPOLLERR, and not EPOLLIN. Is that among the bits that you ask for?",
)
def test_loop_tells_of_an_error_that_comes_alone(new_loop, refused, calls):
    """EpollLoop counts an error as readable, though no byte has come with it."""
    loop = new_loop()
    loop.register(refused, calls.noting("on_readable"), calls.noting("on_writable"))
    turn(loop, QUIET_S)
    calls.must_be(["on_readable"], "for a UDP socket whose datagram was refused")
    loop.unregister(refused)


@check(
    points=1,
    misconception="close-closes",
    needs="loop_lets_a_late_unregister_harm_nobody",
    hint="poll gives a number that is in no book of yours. May that end the turn of all others?",
    symptoms=(KeyError, AttributeError),
)
def test_loop_passes_over_a_number_that_it_does_not_know(new_loop, with_data, calls):
    """EpollLoop serves the others if a socket was closed first, and a copy keeps it in epoll."""
    loop = new_loop()
    closed, ready = with_data(2)
    with closed.dup():
        for name, sock in (("closed", closed), ("ready", ready)):
            loop.register(sock, calls.noting(name), calls.noting("on_writable"))
        loop.want_read(ready, False)
        turn(loop)
        closed.close()
        loop.unregister(closed)
        loop.want_read(ready, True)
        turn(loop)
        loop.unregister(ready)
    calls.must_be(["closed", "ready"], "in a turn before the close, and in one after it")


@check(
    points=1,
    misconception="",
    needs="loop_heeds_an_unregister_in_the_same_turn",
    hint="Which of SelectLoop's promises does yours not keep?",
)
def test_loop_runs_the_echo_server(student, new_loop, nonce, driving):
    """EpollLoop takes SelectLoop's place: lab 06's EchoServer runs on it, unchanged."""
    from labs.lab06_select_loop import EchoServer

    loop = new_loop()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        EchoServer(loop, listener)
        with driving(loop) as turns:
            clients = [socket.create_connection(listener.getsockname(), 3) for _ in range(20)]
            for client in clients:
                message = nonce(5_000)
                client.sendall(message)
                must_be_bytes(heard_by(client, 5_000), message)
            must_sleep(turns)
            for client in clients:
                client.shutdown(socket.SHUT_WR)
                must_be_bytes(heard_by(client, 1), b"")
                client.close()
        loop.unregister(listener)


# PipePool and PipeBuffer.


@splicing
@check(
    points=2,
    misconception="",
    hint="Which pipes are empty now, and who else has the ones that were lent?",
)
def test_pool_lends_pipes_again(pool):
    """PipePool.take gives a pipe of nobody else; the next one gets what was given back empty."""
    pipes = pool()
    one, two = pipes.take(), pipes.take()
    if one is two or one is None or two is None:
        raise Difference("two pipes for two who ask", f"take gave {one!r} and {two!r}")
    pipes.give_back(one, 0)
    if (again := pipes.take()) is not one:
        raise Difference("the pipe that was given back", f"take gave {again!r}")
    for pipe in (one, two):
        pipes.give_back(pipe, 0)
    if pipes.lent:
        raise Difference("no pipe is lent when all were given back", f"lent: {pipes.lent}")


@splicing
@check(
    points=2,
    misconception="",
    needs="pool_lends_pipes_again",
    hint="How many are lent at the most, and what goes on being lent?",
    symptoms=(AttributeError,),
)
def test_pool_has_none_when_all_are_lent(pool):
    """PipePool.take gives None when `limit` pipes are lent, and a pipe when one has come back."""
    pipes = pool(2)
    one, two = pipes.take(), pipes.take()
    if (third := pipes.take()) is not None:
        pipes.give_back(third, 0)
        raise Difference("None for the third who asks, of two", f"take gave {third!r}")
    pipes.give_back(two, 1)
    if (third := pipes.take()) is None:
        raise Difference("a pipe, for one was given back", "take gave None")
    for pipe in (one, third):
        pipes.give_back(pipe, 0)


@splicing
@check(
    points=1,
    misconception="",
    needs="pool_has_none_when_all_are_lent",
    hint="The limit is for those that are lent. Which of them are, when all were given back?",
)
def test_pool_lends_all_of_its_empty_ones(pool):
    """PipePool.take gives a pipe though there are `limit` pipes, if one of them is empty."""
    pipes = pool(2)
    for pipe in (pipes.take(), pipes.take()):
        pipes.give_back(pipe, 0)
    again = [pipes.take(), pipes.take()]
    if None in again:
        raise Difference("a pipe for each of two: both were given back empty", "take gave None")
    for pipe in again:
        pipes.give_back(pipe, 0)


@splicing
@check(
    points=1,
    misconception="",
    needs="pool_has_none_when_all_are_lent",
    hint="What does making a pipe raise when no descriptor is left? And who counts it as lent?",
)
def test_pool_has_none_when_the_kernel_gives_none(pool):
    """PipePool.take gives None, and counts nothing, if the kernel has no descriptor for a pipe."""
    pipes, taken = pool(ENDLESS), []
    with descriptors_up_to(max(map(int, os.listdir("/dev/fd"))) + 20):  # a sandbox has its own
        while len(taken) < MOST_PIPES and (pipe := pipes.take()) is not None:
            taken.append(pipe)
    lent = pipes.lent
    for pipe in taken:
        pipes.give_back(pipe, 0)
    pipes.close()
    if len(taken) == MOST_PIPES or lent != len(taken):
        raise Difference(
            "None at some time, and no pipe is lent for that",
            f"there were {len(taken)} pipes, and {lent} were said to be lent",
        )


@splicing
@check(
    points=2,
    misconception="",
    hint="os.splice returns something. Where are the bytes then, and how many wait?",
)
def test_buffer_moves_bytes(pool, buffer, pair, nonce):
    """PipeBuffer takes what a socket has and passes it to another one, and counts it."""
    (near, source), (sink, far) = pair(), pair()
    pipes, message = pool(), nonce(1_000)
    moving = buffer(pipes)
    for _ in range(2):
        source.send(message)
        arrived(source)
        assert moving.splice_from(near) == len(message)
        assert moving.pending == len(message)
        assert moving.flush(sink) == len(message)
        assert moving.pending == 0
        must_be_bytes(heard_by(far, len(message)), message)


@splicing
@check(
    points=2,
    misconception="",
    needs="buffer_moves_bytes",
    hint="When does a tunnel through which nothing moves need a pipe?",
)
def test_buffer_holds_a_pipe_only_for_bytes(pool, buffer, pair, nonce):
    """PipeBuffer gives its pipe back when it is empty, at the end, and if nothing was there."""
    (near, source), (sink, _) = pair(), pair()
    pipes = pool()
    moving = buffer(pipes)
    must_raise(BlockingIOError, moving.splice_from, near)
    must_have_lent(pipes, 0, "nothing was there")
    source.send(nonce(100))
    arrived(source)
    moving.splice_from(near)
    must_have_lent(pipes, 1, "bytes are in a pipe")
    moving.flush(sink)
    must_have_lent(pipes, 0, "all was flushed")
    source.shutdown(socket.SHUT_WR)
    settle(lambda: kernel.state(source) == "FIN-WAIT-2")
    assert moving.splice_from(near) == 0
    must_have_lent(pipes, 0, "the stream has ended")


def must_have_lent(pipes, count, when):
    if pipes.lent != count:
        raise Difference(f"{count} pipes are lent when {when}", f"lent: {pipes.lent}")


@splicing
@check(
    points=1,
    misconception="",
    needs="buffer_holds_a_pipe_only_for_bytes",
    hint="Which errors can splice raise, and in how many of these cases does the pipe stay empty?",
)
def test_buffer_gives_its_pipe_back_after_a_reset(pool, buffer, pair):
    """PipeBuffer.splice_from gives its pipe back, still empty, if the source was reset."""
    pipes, (near, source) = pool(), pair()
    pipe = pipes.take()
    pipes.give_back(pipe, 0)
    reset(source)
    settle(lambda: kernel.state(near) == "CLOSED")
    must_raise(ConnectionResetError, buffer(pipes).splice_from, near)
    must_have_lent(pipes, 0, "the source was reset")
    if (again := pipes.take()) is not pipe:
        raise Difference("the same pipe again, for it is empty", "another one")
    pipes.give_back(again, 0)


@splicing
@check(
    points=1,
    misconception="",
    needs="buffer_holds_a_pipe_only_for_bytes",
    hint="What if there is no pipe? And if other bytes wait already: which ones have to go first?",
    symptoms=(AttributeError, TypeError),
)
def test_buffer_says_that_it_cannot_splice(pool, buffer, pair):
    """PipeBuffer.splice_from gives None, and takes nothing, without a pipe or while bytes wait."""
    (near, source), (sink, far) = pair(), pair()
    source.send(b"later")
    arrived(source)
    without, waiting = buffer(pool(0)), buffer(pool())
    assert without.splice_from(near) is None
    waiting.append(b"first")
    assert waiting.splice_from(near) is None
    assert waiting.flush(sink) == 5
    must_be_bytes(heard_by(far, 5), b"first")
    assert waiting.splice_from(near) == 5


@splicing
@check(
    points=1,
    misconception="busy-is-waiting",
    needs="buffer_moves_bytes",
    hint="There is no room, and flush may not wait for it. When is it called again?",
    limit_s=3,
)
def test_buffer_flush_does_not_wait_for_room(pool, buffer, pair, nonce):
    """PipeBuffer.flush returns when the kernel has no more room, though bytes are left."""
    (near, source), (sink, _) = pair(LARGE_BYTES), pair(SMALL_BYTES)
    moving, message = buffer(pool()), nonce(10_000) * (PENDING_BYTES // 10_000)
    source.send(message)
    arrived(source)
    moving.splice_from(near)
    moving.flush(sink)


@splicing
@check(
    points=1,
    misconception="errors-need-no-answer",
    needs="buffer_moves_bytes",
    hint="BlockingIOError says that there is no room. And what do the other errors say?",
)
def test_buffer_flush_raises_if_the_peer_is_gone(pool, buffer, pair):
    """PipeBuffer.flush raises OSError if the bytes in its pipe can't be sent any more."""
    (near, source), (sink, far) = pair(), pair()
    moving = buffer(pool())
    source.send(b"for nobody")
    arrived(source)
    moving.splice_from(near)
    reset(far)
    settle(lambda: kernel.state(sink) == "CLOSED")
    must_raise(OSError, moving.flush, sink)


@splicing
@check(
    points=2,
    misconception="send-takes-all",
    needs="buffer_flush_does_not_wait_for_room",
    hint="splice took a part, or nothing. Where is the rest, and does the buffer still hold it?",
)
def test_buffer_keeps_what_the_kernel_does_not_take(pool, buffer, pair, nonce):
    """PipeBuffer.flush returns how many bytes went; the rest stays, in order, for the next time."""
    (near, source), (sink, far) = pair(LARGE_BYTES), pair(SMALL_BYTES)
    moving, heard, message = buffer(pool()), b"", nonce(10_000) * (PENDING_BYTES // 10_000)
    held = source.send(message)
    arrived(source)
    assert moving.splice_from(near) == held
    while moving.pending:
        moved = flushed_until_full(moving, sink)
        assert moving.pending == held - len(heard) - moved
        heard += heard_by(far, moved)
    must_be_bytes(heard, message)


def flushed_until_full(moving, sink):
    """How many bytes flush says that it has sent, until there is no room any more."""
    moved = 0
    while now := moving.flush(sink):
        moved += now
    return moved


@splicing
@check(
    points=2,
    misconception="eagain-says-who",
    needs="buffer_moves_bytes",
    hint="The pipe holds bytes. What would EAGAIN mean if you filled it now?",
)
def test_buffer_is_full_while_its_pipe_holds_anything(pool, buffer, pair):
    """PipeBuffer is full as long as one byte is in its pipe, and not any more when it has gone."""
    (near, source), (sink, _) = pair(), pair()
    moving = buffer(pool())
    assert moving.is_full is False
    source.send(b"?")
    arrived(source)
    moving.splice_from(near)
    assert moving.is_full is True
    moving.flush(sink)
    assert moving.is_full is False
    moving.append(bytes(moving.limit_bytes))
    assert moving.is_full is True


@splicing
@check(
    points=3,
    misconception="pipes-are-alike",
    needs="buffer_holds_a_pipe_only_for_bytes",
    hint="A tunnel was cut off, and its bytes are still in the pipe. Who reads them next?",
)
def test_pool_never_lends_a_pipe_with_bytes_in_it(pool, buffer, pair, nonce):
    """PipePool closes a pipe in which bytes were left: nobody gets another one's bytes."""
    pipes, secret, message = pool(), nonce(30), nonce(40)
    (near, source), (sink, far) = pair(), pair()
    source.send(secret)
    arrived(source)
    cut_off = buffer(pipes)
    cut_off.splice_from(near)
    cut_off.drop()
    source.send(message)
    arrived(source)
    moving = buffer(pipes)
    moving.splice_from(near)
    moving.flush(sink)
    must_be_bytes(heard_by(far, len(message)), message)


@splicing
@check(
    points=1,
    misconception="",
    needs="pool_never_lends_a_pipe_with_bytes_in_it",
    hint="A pipe that is not kept: who closes it?",
)
def test_pool_leaves_no_descriptor_of_a_pipe_with_bytes_in_it(pool, buffer, pair, descriptors):
    """PipePool has no descriptor left of pipes in which bytes were left."""
    pipes, (near, source) = pool(), pair()
    before = descriptors()
    for _ in range(5):
        source.send(b"for nobody")
        arrived(source)
        moving = buffer(pipes)
        moving.splice_from(near)
        moving.drop()
    if (left := descriptors() - before) > 0:
        raise Difference("no descriptor is left", f"after five such pipes, {left} are")


# SpliceFlow, in tunnels.


@check(
    points=2,
    misconception="",
    hint="What does splice_from return, and what stands for the end of the stream?",
)
def test_tunnel_carries_both_ways(tunnel, nonce, driving):
    """SpliceTunnel hands on what one side says to the other one, again and again, both ways."""
    loop, client, origin = tunnel()
    with driving(loop) as turns:
        for length in (1, 30, 5_000, PENDING_BYTES):
            for speaker, hearer in ((client, origin), (origin, client)):
                message = nonce(min(length, 10_000)) * max(1, length // 10_000)
                speaker.sendall(message)
                must_be_bytes(heard_by(hearer, len(message)), message)
        must_sleep(turns)


@check(
    points=1,
    misconception="",
    needs="tunnel_carries_both_ways",
    hint="splice_from has returned None. Who moves these bytes?",
)
def test_tunnel_copies_where_there_is_no_pipe(tunnel, pool, nonce, driving):
    """SpliceTunnel without a pipe works as lab 07's: it copies, and passes the end on."""
    loop, client, origin = tunnel(pipes=pool(0))
    message = nonce(10_000) * (PENDING_BYTES // 10_000)
    with driving(loop) as turns:
        client.sendall(message)
        client.shutdown(socket.SHUT_WR)
        must_be_bytes(heard_by(origin, len(message) + 1), message)
        must_sleep(turns)


@check(
    points=1,
    misconception="",
    needs="tunnel_carries_both_ways",
    hint="Nothing was there after all. Which exception is that, and who expects it?",
)
def test_tunnel_takes_nothing_for_no_error(student, new_loop, pool, pair):
    """SpliceFlow.on_readable returns if there is nothing to read."""
    (client, _), (origin, _) = pair(), pair()
    carrying = student.SpliceTunnel(pool(), new_loop(), client, origin)
    try:
        carrying.upstream.on_readable()
    except BlockingIOError as error:
        raise Difference("on_readable returns", "it raised BlockingIOError") from error
    finally:
        carrying.end(None)


@check(
    points=1,
    misconception="end-travels-by-itself",
    needs="tunnel_carries_both_ways",
    hint="The source has ended, and nothing waits. Who tells the sink, and when?",
)
def test_tunnel_passes_the_end_on(tunnel, nonce, driving):
    """SpliceTunnel passes the end on when all has been passed on already, and then sleeps."""
    loop, client, origin = tunnel()
    with driving(loop) as turns:
        client.sendall(message := nonce(30))
        must_be_bytes(heard_by(origin, 30), message)
        client.shutdown(socket.SHUT_WR)
        try:
            ended = origin.recv(1) == b""
        except TimeoutError:
            ended = False
        if not ended:
            raise Difference("the origin hears the end", "it hears nothing")
        must_sleep(turns)


@check(
    points=2,
    misconception="eof-is-gone",
    needs="tunnel_passes_the_end_on",
    hint="The client will send no more. Is it gone? And has all that it sent gone out?",
)
def test_tunnel_passes_the_end_on_behind_what_waits(tunnel, nonce, driving):
    """SpliceTunnel passes the end on when its pipe is empty, and carries an answer after it."""
    loop, client, origin = tunnel()
    message, answer = nonce(10_000) * (PENDING_BYTES // 10_000), nonce(5_000)
    with driving(loop) as turns:
        client.sendall(message)
        client.shutdown(socket.SHUT_WR)
        must_be_bytes(heard_by(origin, len(message) + 1), message)
        must_sleep(turns)
        origin.sendall(answer)
        must_be_bytes(heard_by(client, len(answer)), answer)


@splicing
@check(
    points=2,
    misconception="eagain-says-who",
    needs="tunnel_carries_both_ways",
    hint="A reader stalls. Who still asks to read the other side, and what for?",
)
def test_tunnel_sleeps_while_it_waits_for_a_reader(tunnel, pool, nonce, driving):
    """SpliceTunnel lets its loop sleep while one side does not read; another tunnel goes on."""
    pipes, message = pool(), nonce(30)
    loop, talker, reader = tunnel(pipes=pipes)
    _, client, origin = tunnel(loop, pipes)
    with driving(loop) as turns:
        offered = offer(talker, nonce(10_000), most=8 * 1024 * 1024)
        must_sleep(turns)
        client.sendall(message)
        must_be_bytes(heard_by(origin, 30), message)
        must_be_bytes(heard_by(reader, len(offered)), offered)


# Workers.


@contextmanager
def closing(listeners):
    try:
        yield listeners
    finally:
        for listener in listeners:
            listener.close()


def has_ipv6():
    with suppress(OSError), socket.create_server(("::1", 0), family=socket.AF_INET6):
        return True
    return False


def connected_to(address, count):
    """So many clients at this address. Their kernel's half is done: nobody has accepted them."""
    return [socket.create_connection(address, PATIENCE_S) for _ in range(count)]


@check(
    points=1,
    misconception="",
    hint="A socket asked whether the port is free. Is it still bound when yours come to bind?",
)
def test_listeners_may_be_one(student):
    """open_listeners gives a listener, also if only one is asked for."""
    with closing(student.open_listeners("127.0.0.1", 0, 1)) as listeners:
        assert len(listeners) == 1
        connected_to(listeners[0].getsockname(), 1)[0].close()


@check(
    points=2,
    misconception="reuseaddr-shares",
    needs="listeners_may_be_one",
    hint="Which option does each listener need before bind, so that a second one may follow?",
)
def test_listeners_share_a_port(student):
    """open_listeners gives several listeners with one and the same name."""
    with closing(student.open_listeners("127.0.0.1", 0, 3)) as listeners:
        names = [listener.getsockname() for listener in listeners]
        assert len(set(names)) == 1
        assert len(names) == 3
        assert names[0][1] > 0


@check(
    points=2,
    misconception="one-queue-for-all",
    needs="listeners_share_a_port",
    hint="Are these several sockets, or several descriptors of one?",
)
def test_listeners_have_a_queue_each(student):
    """open_listeners gives each listener a queue of its own, and each gets some of the clients."""
    with closing(student.open_listeners("127.0.0.1", 0, 2)) as listeners:
        clients = connected_to(listeners[0].getsockname(), 40)
        waiting = [kernel.accept_queue(listener).waiting for listener in listeners]
        for client in clients:
            client.close()
        if sum(waiting) != 40 or not all(waiting):
            raise Difference("40 clients, some in each of two queues", f"in the queues: {waiting}")


@check(
    points=2,
    misconception="second-start-fails",
    needs="listeners_share_a_port",
    hint="Both programs have SO_REUSEPORT. Who says that the port is in use?",
)
def test_listeners_are_refused_where_somebody_listens(student):
    """open_listeners raises OSError (EADDRINUSE) if others listen there, even with SO_REUSEPORT."""
    with closing(student.open_listeners("127.0.0.1", 0, 2)) as listeners:
        port = listeners[0].getsockname()[1]
        in_use = errno.EADDRINUSE
        must_raise(OSError, opened_and_closed, student, port, code=in_use)


def opened_and_closed(student, port):
    for listener in student.open_listeners("127.0.0.1", port, 2):
        listener.close()


@check(
    points=1,
    misconception="reuseport-is-reuseaddr",
    needs="listeners_share_a_port",
    hint="SO_REUSEPORT shares with those who listen. What was SO_REUSEADDR for, in lab 02?",
)
def test_listeners_pass_by_connections_of_before(student):
    """open_listeners gets a port on which another program's connections are in TIME-WAIT."""
    with socket.create_server(("127.0.0.1", 0)) as before:  # as lab 02's: SO_REUSEADDR alone
        address = before.getsockname()
        (client,) = connected_to(address, 1)
        with client:
            before.accept()[0].close()  # it ends first, so TIME-WAIT is on the server's side
            heard_by(client, 1)
    opened_and_closed(student, address[1])


@check(
    points=1,
    misconception="same-address",
    needs="listeners_share_a_port",
    hint="Which family has the socket that open_listener returns, and which one have yours?",
)
def test_listeners_may_be_at_an_ipv6_address(student):
    """open_listeners listens at `::1` as well as at 127.0.0.1."""
    if not has_ipv6():
        pytest.skip("this machine has no IPv6")
    with closing(student.open_listeners("::1", 0, 2)) as listeners:
        for listener in listeners:
            assert listener.getsockname()[0] == "::1"


@check(
    points=1,
    misconception="",
    needs="listeners_are_refused_where_somebody_listens",
    hint="The third one fails. Who closes the first two?",
)
def test_listeners_leave_nothing_open_if_one_fails(student, descriptors):
    """open_listeners closes all that it has opened if it raises."""
    before = descriptors()
    with descriptors_up_to(max(map(int, os.listdir("/dev/fd"))) + 4):
        raised = must_raise(OSError, student.open_listeners, "127.0.0.1", 0, ENDLESS)
    left = descriptors() - before
    if left > 0 and raised:  # with its traceback, it keeps all locals alive
        raise Difference("no descriptor is left open", f"{left} are")


@check(
    points=1,
    misconception="",
    hint="When is there nobody to wait for any more?",
)
def test_workers_without_listeners_are_none(student, background):
    """serve_with_workers returns True at once if there is no listener to serve."""
    done = background(student.serve_with_workers, [], print)  # the mask of signals is a thread's
    assert done.result() is True


class Serving:
    """The student's serve_with_workers in a process of its own, with workers that `obey`."""

    def __init__(self, student, background, handler=obey, workers=2):
        self.student, self.background, self.ending = student, background, None
        self.listeners = student.open_listeners("127.0.0.1", 0, workers)
        self.address = self.listeners[0].getsockname()
        serve = student.serve_with_workers
        self.pid = student.Workers.apart(serve, self.listeners, handler)
        for listener in self.listeners:
            listener.close()  # that process has them, too, and it is to decide

    def told(self, word=b""):
        """What a worker answers to a client that says this: its pid, and the signals heard."""
        with socket.create_connection(self.address, PATIENCE_S) as client:
            client.sendall(word)
            client.shutdown(socket.SHUT_WR)
            pid, heard = heard_by(client, 40).split() or (0, 0)
        return int(pid), int(heard)

    def pids(self):
        """Of all that answer: 40 clients miss none of two."""
        return {self.told()[0] for _ in range(40)}

    def has_ended(self):
        """Does it end soon, though nothing else happens?"""
        self.ending = self.background(self.student.Workers.end_of, self.pid)
        with suppress(TimeoutError):
            kernel.wait_until(self.ending.is_done, timeout_s=RETURNS_S, what="its end")
        return self.ending.is_done()

    def end(self):
        """The exit status. Raises Difference if it does not come."""
        ending = self.ending or self.background(self.student.Workers.end_of, self.pid)
        try:
            return ending.result(PATIENCE_S)
        except AssertionError:
            raise Difference("all ends", f"it goes on for {PATIENCE_S:g} s and more") from None

    def is_over(self):
        """Nobody listens any more."""
        try:
            self.told()
        except ConnectionError:
            return True
        return False


@pytest.fixture
def serving(student, background):
    """`serving()` begins to serve; it is told to end with the check, if it has not ended before."""
    made = []

    def make(**named):
        made.append(Serving(student, background, **named))
        return made[-1]

    yield make
    for each in made:
        for word in (b"SIGTERM", b"SIGKILL"):
            with suppress(OSError, ValueError):
                each.told(word)


@check(
    points=2,
    misconception="sigwait-is-enough",
    needs=("workers_without_listeners_are_none", "listeners_have_a_queue_each"),
    hint="Which call holds the signals back? And had a worker begun before it?",
)
def test_workers_start_when_signals_are_held_back(serving):
    """serve_with_workers holds its signals back before it starts the first worker."""
    running = serving(workers=1)
    with suppress(ConnectionError, ValueError):
        if running.told()[0]:
            return
    ended = f"its process ended with status {running.end()}, before a worker has answered"
    raise Difference("workers start, since the signals are held back", ended)


@check(
    points=2,
    misconception="",
    needs="workers_start_when_signals_are_held_back",
    hint="For whom is a worker started, and what does the first process do then?",
)
def test_workers_serve_beside_each_other(serving):
    """serve_with_workers has each listener served by a process of its own."""
    running = serving()
    pids = running.pids()
    if len(pids) != 2 or running.pid in pids:
        who = "the first process among them" if running.pid in pids else "none of them the first"
        raise Difference("two workers answer", f"{len(pids)} processes answered, {who}")


@check(
    points=3,
    misconception="",
    needs="workers_serve_beside_each_other",
    hint="Which signal says that a child has ended, and who acts on it?",
    symptoms=(ValueError,),
)
def test_workers_are_replaced_when_they_die(serving):
    """serve_with_workers puts another worker in the place of one that dies, and goes on."""
    running = serving()
    before = running.pids()
    time.sleep(GROWN_UP_S)  # nothing else is waited for but this age
    with suppress(ConnectionError, ValueError):
        running.told(b"die")
    after = running.pids()
    if len(after) != 2 or len(after - before) != 1:
        what = f"{len(after)} answer, and {len(after - before)} of them are new"
        raise Difference("two workers answer, and one of them is new", what)


@check(
    points=1,
    misconception="",
    needs="workers_serve_beside_each_other",
    hint="Workers may have something to finish. Until when does your loop go on?",
    symptoms=(ValueError,),
)
def test_workers_are_waited_for(serving):
    """serve_with_workers does not return before its last worker has ended."""
    running = serving(handler=outlast, workers=1)
    with suppress(ConnectionError, ValueError):
        running.told(b"SIGTERM")
    settle(lambda: running.told()[1])  # the worker has heard it, too, and goes on
    has_ended = running.has_ended()
    with suppress(ConnectionError, ValueError):
        running.told(b"die")
    if has_ended:
        raise Difference("it goes on while its worker does", "it has returned already")
    status = running.end()
    if status != 0:
        raise Difference("it returns True when the worker has ended", f"it ended with {status}")


@check(
    points=3,
    misconception="",
    needs="workers_serve_beside_each_other",
    hint="SIGTERM comes to the first process. Who tells the workers, and who waits for them?",
)
def test_workers_end_on_sigterm(serving):
    """serve_with_workers ends all workers on SIGTERM or SIGINT, and returns True then."""
    for word in (b"SIGTERM", b"SIGINT"):
        running = serving()
        running.pids()
        with suppress(ConnectionError, ValueError):
            running.told(word)
        status = running.end()
        if status != 0 or not running.is_over():
            how = f"it ended with {status}, and somebody still listens: {not running.is_over()}"
            raise Difference(f"after {word.decode()} all end, and it returns True", how)


@check(
    points=1,
    misconception="",
    needs="workers_end_on_sigterm",
    hint="Which signals do you heed, and what is each of them for?",
    symptoms=(ValueError,),
)
def test_workers_are_told_of_sigusr1(serving):
    """serve_with_workers passes SIGUSR1 on to all workers, and all go on."""
    running = serving()
    before = running.pids()
    running.told(b"SIGUSR1")
    answers = {}

    def all_have_heard():
        answers.update([running.told()])
        return set(answers) == before and all(answers.values())

    settle(all_have_heard)
    if set(answers) != before or not all(answers.values()):
        raise Difference("both workers hear it and go on", f"heard: {list(answers.values())}")


@check(
    points=1,
    misconception="",
    needs="workers_end_on_sigterm",
    hint="look_after has stopped all, since they died young. What do you return then?",
)
def test_workers_that_cannot_live_end_it(serving):
    """serve_with_workers returns False if workers die as soon as they have begun."""
    status = serving(handler=die_young).end()
    if status != 1:
        raise Difference("it returns False", f"it returned True, or ended with {status}")
