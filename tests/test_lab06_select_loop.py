"""Checks of lab 06: a loop that sleeps until somebody is ready, and an echo server on it."""

import socket
import struct
import time
from contextlib import suppress

import pytest

from workbench import kernel
from workbench.checks import Difference, check, must_be_bytes, must_raise

# A socket that a lab leaves open is noticed by checks of its own: not by Python's warning, which
# comes whenever the collector finds it, in the middle of some other check.
pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning",
    "ignore::pytest.PytestUnraisableExceptionWarning",
    "ignore::pytest.PytestUnhandledThreadExceptionWarning",
)

PATIENCE_S = 1.0  # for what must come
QUIET_S = 0.03  # for what must not
WINDOW_S = 0.08  # in which turns are counted: a loop that sleeps makes four, one that spins 5,000
FEW_TURNS = 100  # in such a window, and some work of before may still be going on
STALLED_S = 0.08  # without room for so long: the server reads no more
SMALL_BYTES = 32 * 1024
ENOUGH_BYTES = 8 * 1024 * 1024  # what a client offers that never reads
BOUND_BYTES = 2 * 1024 * 1024  # what a server with a bound may take of it, its kernel included
PENDING_BYTES = 200_000  # more than small kernel buffers hold, less than the server's own limit
RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER: on, for 0 seconds

HINT_TURN = "The first callback of a turn changes something. What does the second one still know?"
HINT_NOBODY = "Who is served while your code waits for this one client?"


class Calls(list):
    """What was called, in order: `calls.noting("timer")` makes a callback that notes its name."""

    def noting(self, name):
        return lambda: self.append(name)


@pytest.fixture
def calls():
    return Calls()


@pytest.fixture
def with_data(peers):
    """`with_data(n)` gives n connected sockets on which something has arrived and is unread."""

    def make(count):
        socks = []
        for number in range(count):
            sock, far = peers.pair(who=f"peer {number + 1}")
            far.sendall(b"?")
            kernel.wait_until(lambda sock=sock: kernel.unread(sock), what="a byte")
            sock.setblocking(False)
            socks.append(sock)
        return socks

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
    """`loop, address = echo()` makes the student's echo server; nobody turns its loop yet."""
    loops, listeners = [], []

    def start():
        listener = socket.socket()
        listeners.append(listener)
        for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):  # accepted sockets inherit them
            listener.setsockopt(socket.SOL_SOCKET, option, SMALL_BYTES)
        listener.bind(("127.0.0.1", 0))
        listener.listen(1024)
        address = listener.getsockname()
        loop = new_loop()
        loops.append(loop)
        student.EchoServer(loop, listener)
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

    def connect(address, who="client"):
        sock = socket.socket()
        for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
            sock.setsockopt(socket.SOL_SOCKET, option, SMALL_BYTES)
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


def must_sleep(turns):
    """The loop makes few turns while nothing happens. Blocks for WINDOW_S."""
    before = turns.completed
    time.sleep(WINDOW_S)  # it is measured here what happens in this time
    made = turns.completed - before
    if made >= FEW_TURNS:
        raise Difference("a loop that sleeps", f"it made {made:,} turns in {WINDOW_S:g} s")


def seconds(function, *args):
    """How long a call takes."""
    start_s = time.monotonic()
    function(*args)
    return time.monotonic() - start_s


# SelectLoop: turns, and what is watched.


@check(
    points=2,
    misconception="readable-is-data",
    hint="Nobody has read the byte. What does select say in the next turn?",
)
def test_run_once_calls_those_who_are_readable_in_each_turn(new_loop, peers, with_data, calls):
    """run_once calls on_readable of who has something to read, once in each turn, and no other."""
    loop = new_loop()
    (ready,), (idle, _) = with_data(1), peers.pair()
    loop.register(idle, calls.noting("idle"), int)
    loop.register(ready, calls.noting("ready"), int)
    loop.run_once(PATIENCE_S)
    assert calls == ["ready"]
    loop.run_once(PATIENCE_S)
    assert calls == ["ready", "ready"]


@check(
    points=2,
    misconception="watch-writable",
    needs="run_once_calls_those_who_are_readable_in_each_turn",
    hint="How often is an idle socket writable?",
)
def test_register_watches_for_reading_only(new_loop, peers, with_data, calls):
    """register does not watch for writing: an idle socket is writable, and nobody is told."""
    loop = new_loop()
    (ready,), (idle, _) = with_data(1), peers.pair()
    loop.register(idle, calls.noting("readable"), calls.noting("writable"))
    loop.register(ready, calls.noting("ready"), calls.noting("writable"))
    loop.run_once(PATIENCE_S)
    assert calls == ["ready"]


@check(
    points=1,
    misconception="busy-is-waiting",
    hint="select has a fourth argument. What does None mean there, and what 0?",
)
def test_run_once_returns_when_the_time_is_up(new_loop, peers, calls, background):
    """run_once sleeps for timeout_s if nobody is ready, and then returns."""
    loop = new_loop()
    idle, _ = peers.pair()
    loop.register(idle, calls.noting("readable"), calls.noting("writable"))
    took_s = background(seconds, loop.run_once, 0.1).result(PATIENCE_S)
    assert took_s > 0.08
    assert calls == []


@check(
    points=1,
    misconception="busy-is-waiting",
    needs="run_once_returns_when_the_time_is_up",
    hint="Who wakes you from select, and what do you do in a loop around it?",
)
def test_run_once_takes_no_cpu_time_while_it_sleeps(new_loop, peers, calls, cpu_s):
    """run_once costs nothing while nobody is ready."""
    loop = new_loop()
    idle, _ = peers.pair()
    loop.register(idle, calls.noting("readable"), calls.noting("writable"))
    before_s = cpu_s()
    loop.run_once(0.1)
    assert cpu_s() - before_s < 0.02


@check(
    points=2,
    misconception="watch-writable",
    needs="register_watches_for_reading_only",
    hint="When is there no longer a reason to watch for writing? Who tells the loop?",
)
def test_want_write_watches_until_it_is_taken_back(new_loop, peers, calls):
    """want_write has on_writable called in each turn, until it is taken back."""
    loop = new_loop()
    sock, _ = peers.pair()
    loop.register(sock, calls.noting("readable"), calls.noting("writable"))
    loop.want_write(sock, True)
    loop.run_once(PATIENCE_S)
    loop.run_once(PATIENCE_S)
    assert calls == ["writable", "writable"]
    loop.want_write(sock, False)
    loop.run_once(QUIET_S)
    assert calls == ["writable", "writable"]


@check(
    points=1,
    misconception="ready-stays-ready",
    needs="want_write_watches_until_it_is_taken_back",
    hint=HINT_TURN,
)
def test_want_write_takes_effect_in_the_same_turn(new_loop, peers, calls):
    """want_write(…, False) counts before the next callback of the same turn."""
    loop = new_loop()
    one, two = peers.pair()[0], peers.pair()[0]

    def enough():
        calls.append("writable")
        loop.want_write(one, False)
        loop.want_write(two, False)

    for sock in (one, two):
        loop.register(sock, calls.noting("readable"), enough)
        loop.want_write(sock, True)
    loop.run_once(PATIENCE_S)
    assert calls == ["writable"]


@check(
    points=2,
    misconception="readable-is-data",
    needs=(
        "run_once_calls_those_who_are_readable_in_each_turn",
        "run_once_returns_when_the_time_is_up",
    ),
    hint="A socket has unread bytes and you have no room for them. What does select say about it?",
)
def test_want_read_pauses_reading_and_goes_on(new_loop, with_data, calls):
    """want_read(…, False) lets the loop sleep though there is something to read; True undoes it."""
    loop = new_loop()
    (sock,) = with_data(1)
    loop.register(sock, calls.noting("readable"), calls.noting("writable"))
    loop.want_read(sock, False)
    took_s = seconds(loop.run_once, QUIET_S)
    assert calls == []
    assert took_s > QUIET_S * 0.8
    loop.want_read(sock, True)
    loop.run_once(PATIENCE_S)
    assert calls == ["readable"]


@check(
    points=1,
    misconception="ready-stays-ready",
    needs="want_read_pauses_reading_and_goes_on",
    hint=HINT_TURN,
)
def test_want_read_takes_effect_in_the_same_turn(new_loop, with_data, calls):
    """want_read(…, False) counts before the next callback of the same turn."""
    loop = new_loop()
    one, two = with_data(2)

    def enough():
        calls.append("readable")
        loop.want_read(one, False)
        loop.want_read(two, False)

    for sock in (one, two):
        loop.register(sock, enough, calls.noting("writable"))
    loop.run_once(PATIENCE_S)
    assert calls == ["readable"]


@check(
    points=1,
    misconception="ready-stays-ready",
    needs="run_once_calls_those_who_are_readable_in_each_turn",
    hint="After the first unregister there is nothing to forget. Which dict method is calm then?",
    symptoms=(KeyError,),
)
def test_unregister_forgets_the_socket(new_loop, with_data, calls):
    """unregister ends all calls for a socket; to do it again, or for a stranger, is no error."""
    loop = new_loop()
    sock, stranger = with_data(2)
    loop.register(sock, calls.noting("readable"), calls.noting("writable"))
    loop.want_write(sock, True)
    loop.unregister(sock)
    loop.unregister(sock)
    loop.unregister(stranger)
    loop.run_once(QUIET_S)
    assert calls == []
    must_raise(KeyError, loop.want_write, sock, True)
    must_raise(KeyError, loop.want_read, sock, True)


@check(
    points=3,
    misconception="ready-stays-ready",
    needs="unregister_forgets_the_socket",
    hint=HINT_TURN,
)
def test_unregister_takes_effect_in_the_same_turn(new_loop, with_data, calls):
    """unregister ends the calls even for a socket that select has already named in this turn."""
    loop = new_loop()
    socks = with_data(3)

    def leave_all():
        calls.append("the first")
        for sock in socks:
            loop.unregister(sock)

    for sock in socks:
        loop.register(sock, leave_all, leave_all)
        loop.want_write(sock, True)
    loop.run_once(PATIENCE_S)
    assert calls == ["the first"]


@check(
    points=2,
    misconception="ready-stays-ready",
    needs="unregister_takes_effect_in_the_same_turn",
    hint="Two sockets, one after the other, have the descriptor 7. What tells them apart?",
)
def test_unregister_keeps_apart_who_has_the_same_number(new_loop, peers, with_data, calls):
    """unregister and close a socket, and another one with its number is not taken for it."""
    loop = new_loop()
    one, two = with_data(2)
    idle, _ = peers.pair()
    copies = []

    def replace(old):
        calls.append("the first")
        number = old.fileno()
        loop.unregister(old)
        old.close()
        copies.append(numbered(idle, number))
        loop.register(copies[-1], calls.noting("mistaken"), calls.noting("mistaken"))

    loop.register(one, lambda: replace(two), calls.noting("writable"))
    loop.register(two, lambda: replace(one), calls.noting("writable"))
    loop.run_once(PATIENCE_S)
    for copy in copies:
        copy.close()
    assert calls == ["the first"]


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
    needs="unregister_keeps_apart_who_has_the_same_number",
    hint=HINT_TURN,
)
def test_register_again_starts_afresh(new_loop, with_data, calls):
    """register puts new callbacks in the place of the old ones, even in the middle of a turn."""
    loop = new_loop()
    one, two = with_data(2)

    def renew(name, other):
        calls.append(name)
        loop.register(other, calls.noting("renewed"), calls.noting("writable"))

    loop.register(one, lambda: renew("first", two), calls.noting("writable"))
    loop.register(two, lambda: renew("first", one), calls.noting("writable"))
    loop.run_once(PATIENCE_S)
    assert calls == ["first"]
    loop.unregister(one)
    loop.run_once(PATIENCE_S)
    assert len(calls) == 2


@check(
    points=2,
    misconception="one-client-is-all",
    needs="run_once_calls_those_who_are_readable_in_each_turn",
    hint="One connection's code has a bug. Whom does it concern, and who must go on?",
    symptoms=(ArithmeticError,),
)
def test_run_once_survives_a_callback_that_raises(new_loop, peers, with_data, calls):
    """run_once goes on if a callback raises: that socket is closed, and the others are served."""
    loop = new_loop()
    bad, far = peers.pair()
    far.sendall(b"?")
    kernel.wait_until(lambda: kernel.unread(bad), what="a byte")
    good_before, good_behind = with_data(2)

    def crash():
        calls.append("bad")
        raise ArithmeticError("a bug in one connection's callback")

    loop.register(good_before, calls.noting("good"), calls.noting("writable"))
    loop.register(bad, crash, calls.noting("writable"))
    loop.register(good_behind, calls.noting("good"), calls.noting("writable"))
    loop.run_once(PATIENCE_S)
    assert sorted(calls) == ["bad", "good", "good"]
    loop.run_once(PATIENCE_S)
    assert sorted(calls) == ["bad", "good", "good", "good", "good"]
    far.settimeout(PATIENCE_S)
    assert what_comes_to(far) in ("the end of the stream", "a reset")


# SelectLoop: timers.


@check(
    points=2,
    misconception="loop-may-wait",
    hint="Who is to wait for that time: this call, or select?",
)
def test_call_later_calls_when_the_time_has_come(new_loop, calls, background):
    """call_later returns at once; a turn ends its sleep in time and calls back, once."""
    loop = new_loop()
    started_s = time.monotonic()
    asked_s = seconds(loop.call_later, 0.1, calls.noting("timer"))
    assert asked_s < 0.09
    assert calls == []
    background(turn_until, loop, calls, 1).result(PATIENCE_S)
    assert calls == ["timer"]
    assert time.monotonic() - started_s > 0.095
    loop.run_once(QUIET_S)
    assert calls == ["timer"]


def turn_until(loop, calls, count):
    """Turn the loop, which may sleep for long, until there were so many calls."""
    while len(calls) < count:
        loop.run_once(10)


@check(
    points=2,
    misconception="loop-may-wait",
    needs="call_later_calls_when_the_time_has_come",
    hint="Timers come in any order. Which one is it that select must not oversleep?",
)
def test_call_later_calls_the_earliest_first(new_loop, calls, background):
    """call_later keeps the order of times, not that in which the timers were set."""
    loop = new_loop()
    for delay_ms in (40, 5, 60, 20):
        loop.call_later(delay_ms / 1000, calls.noting(delay_ms))
    background(turn_until, loop, calls, 4).result(PATIENCE_S)
    assert calls == [5, 20, 40, 60]


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
    loop.register(sock, calls.noting("readable"), calls.noting("writable"))
    loop.call_later(30, calls.noting("timer"))
    background(loop.run_once, 30).result(PATIENCE_S)
    assert calls == ["readable"]


@check(
    points=2,
    misconception="ready-stays-ready",
    needs="call_later_calls_when_the_time_has_come",
    hint="Two timers are due in one turn, and the first cancels the second. What do you look at?",
)
def test_call_later_can_be_cancelled(new_loop, calls):
    """call_later returns what can be cancelled, even by another timer in the same turn."""
    loop = new_loop()
    early = loop.call_later(0, calls.noting("cancelled before"))
    early.cancel()
    early.cancel()
    loop.call_later(0, lambda: (calls.append("kept"), late.cancel()))
    late = loop.call_later(0, calls.noting("cancelled in the turn"))
    loop.run_once(QUIET_S)
    loop.run_once(QUIET_S)
    assert calls == ["kept"]


@check(
    points=1,
    misconception="loop-may-wait",
    needs="call_later_calls_when_the_time_has_come",
    hint="A timer sets the next one, for at once. When does your turn end?",
    limit_s=2,
)
def test_call_later_again_and_again_does_not_hold_the_turn(new_loop, calls):
    """call_later for at once, asked by a timer, is for the next turn: this one ends."""
    loop = new_loop()

    def again():
        calls.append("timer")
        loop.call_later(0, again)

    loop.call_later(0, again)
    loop.run_once(PATIENCE_S)
    assert calls == ["timer"]
    loop.run_once(PATIENCE_S)
    assert calls == ["timer", "timer"]


@check(
    points=1,
    misconception="copying-is-free",
    needs="call_later_can_be_cancelled",
    hint="What does it cost to find the place for one timer among ten thousand others?",
    limit_s=2,
)
def test_call_later_is_cheap_for_ten_thousand_timers(new_loop, calls):
    """call_later and cancel take microseconds, however many timers there are."""
    loop = new_loop()
    timers = [
        loop.call_later(60 + number / 1000, calls.noting("timer")) for number in range(10_000)
    ]
    for timer in timers:
        timer.cancel()
    loop.call_later(0, calls.noting("the only one"))
    loop.run_once(PATIENCE_S)
    assert calls == ["the only one"]


# SelectLoop: other threads.


@check(
    points=2,
    misconception="select-sees-threads",
    hint="The callback belongs to the loop's thread. Where does it wait until that gets to it?",
)
def test_call_from_thread_calls_in_the_loops_turn(new_loop, calls, background):
    """call_from_thread leaves callbacks to the next turn, which is at once, in their order."""
    loop = new_loop()
    for name in ("one", "two", "three"):
        loop.call_from_thread(calls.noting(name))
    assert calls == []
    background(turn_until, loop, calls, 3).result(PATIENCE_S)
    assert calls == ["one", "two", "three"]


@check(
    points=3,
    misconception="select-sees-threads",
    needs="call_from_thread_calls_in_the_loops_turn",
    hint="What makes select return before its time is up? What can another thread do about that?",
)
def test_call_from_thread_wakes_a_loop_that_sleeps(new_loop, calls, driving):
    """call_from_thread wakes the loop from its sleep in select."""
    loop = new_loop()
    with driving(loop, turn_s=0.2) as turns:
        for number in range(5):
            kernel.wait_until(lambda n=number: turns.begun > n, what="a turn that begins")
            loop.call_from_thread(calls.noting(number))
            with suppress(TimeoutError):
                kernel.wait_until(lambda n=number: len(calls) > n, timeout_s=0.15, what="a call")
            assert len(calls) == number + 1


@check(
    points=1,
    misconception="select-unblocks",
    needs="call_from_thread_calls_in_the_loops_turn",
    hint="The waker's buffer is full. Does the loop need one more byte to wake up?",
)
def test_call_from_thread_never_blocks(new_loop, calls, background):
    """call_from_thread does not block, even if thousands come before the loop's next turn."""
    loop = new_loop()

    def ask_often():
        for number in range(3_000):
            loop.call_from_thread(calls.noting(number))

    background(ask_often).result(PATIENCE_S)
    background(turn_until, loop, calls, 3_000).result(PATIENCE_S)
    assert calls == list(range(3_000))


# EchoServer, from outside.


@check(
    points=2,
    misconception="select-unblocks",
    needs="run_once_calls_those_who_are_readable_in_each_turn",
    hint="What does a second accept do if there is no second client?",
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
    points=2,
    misconception="readable-is-data",
    needs="echo_sends_back_what_a_client_says",
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
        assert what_comes_to(client) == "the end of the stream"
        must_sleep(turns)


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
        settle(lambda: kernel.unread(client) > 0)
        must_be_bytes(heard_by(client, len(message)), message)
        sending.result(PATIENCE_S)
        must_echo(client, nonce(10))


@check(
    points=2,
    misconception="one-client-is-all",
    needs="echo_loses_nothing_to_a_slow_reader",
    hint="recv can raise something else than BlockingIOError. Whom does it concern?",
)
def test_echo_survives_a_reset_in_the_middle_of_a_turn(echo, dial, nonce, driving, descriptors):
    """EchoServer drops a client that resets, and serves the others of the same turn."""
    loop, address = echo()
    at_first = descriptors()
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
            assert what_comes_to(client) == "the end of the stream"
            client.close()
        settle(lambda: descriptors() <= at_first)
    assert descriptors() <= at_first


@check(
    points=2,
    misconception="bytes-need-no-bound",
    needs="echo_loses_nothing_to_a_slow_reader",
    hint="Who could make the client stop, if you do not read from it?",
)
def test_echo_keeps_a_bound_for_who_does_not_read(echo, dial, nonce, driving):
    """EchoServer stops to read from a client that does not read: 8 MiB do not go into memory."""
    loop, address = echo()
    with driving(loop):
        taken = offer(dial(address, "never reads"), nonce(10_000))
    if taken > BOUND_BYTES:
        raise Difference("that it stops to read", f"it took {taken:,} bytes")


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
    points=3,
    misconception="eof-is-gone",
    needs=("echo_loses_nothing_to_a_slow_reader", "echo_ends_when_the_client_has_ended"),
    hint="The client will send no more. Does it still read?",
)
def test_echo_sends_the_rest_after_the_client_has_ended(echo, dial, nonce, driving):
    """EchoServer still sends all that waits to a client that has ended; then it ends, too."""
    message = nonce(10_000) * (PENDING_BYTES // 10_000)
    loop, address = echo()
    with driving(loop):
        client = dial(address)
        client.sendall(message)
        client.shutdown(socket.SHUT_WR)
        settle(lambda: kernel.state(client) == "FIN-WAIT-2")
        must_be_bytes(heard_by(client, len(message)), message)
        assert what_comes_to(client) == "the end of the stream"


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
        client = dial(address)
        client.sendall(nonce(10_000) * (PENDING_BYTES // 10_000))
        client.shutdown(socket.SHUT_WR)
        settle(lambda: kernel.state(client) == "FIN-WAIT-2")
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
            heard = [heard_by(client, 100) for client in clients]
            assert heard == messages
        must_be_bytes(heard_by(drip, 8), dripped)


@check(
    points=2,
    misconception="one-client-is-all",
    needs="echo_ends_when_the_client_has_ended",
    hint="A connection has ended. Which two things must happen to its socket, in which order?",
)
def test_echo_leaves_no_descriptor_of_a_thousand_clients(echo, nonce, driving, descriptors):
    """EchoServer has no descriptor left after a thousand clients that came and went."""
    loop, address = echo()
    message = nonce(10)
    at_first = descriptors()
    with driving(loop):
        for _ in range(40):
            clients = [socket.create_connection(address, PATIENCE_S) for _ in range(25)]
            for client in clients:
                client.sendall(message)
            assert [heard_by(client, 10) for client in clients] == [message] * 25
            for number, client in enumerate(clients):
                reset(client) if number % 2 else client.close()
        settle(lambda: descriptors() <= at_first)
    assert descriptors() <= at_first
