"""Checks of lab 07: a connect that does not wait, and a tunnel between two sockets."""

import errno
import select
import socket
import struct
import time
from contextlib import contextmanager, suppress

import pytest

from workbench import kernel
from workbench.checks import Difference, check, must_be_bytes, must_raise
from workbench.peers import unanswering
from workbench.peers.unread import unread_at_other_end

PATIENCE_S = 3.0  # for what must come, on a busy machine, too
WINDOW_S = 0.05  # in which turns are counted: a loop that sleeps makes three, one that spins 250
WINDOWS = 4
FEW_TURNS = 40  # in such a window, and some work of before may still be going on
STALLED_S = 0.06  # without room for so long: the tunnel reads no more
ENOUGH_BYTES = 8 * 1024 * 1024  # what a side offers whose peer never reads
BOUND_BYTES = 2 * 1024 * 1024  # what a tunnel with a bound may take of it, kernel included
PENDING_BYTES = 200_000  # more than small kernel buffers hold, less than the tunnel's own limit
CHUNK_BYTES = 65_536  # what one recv takes
OFFERED_BYTES = 150_000  # more than that
LONG_S = 1.5  # longer than what does not wait ever takes, even on a busy machine
NO_ROUTE = "127.255.255.255"  # loopback's broadcast address: TCP has no route to it
RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER: on, for 0 seconds

HINT_BOTH = "Two flows, two buffers. Which one is full, and whom does the other one concern?"


# What the checks stand on.


@contextmanager
def refusing():
    """The address of a port that is taken, and at which nobody listens."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()


def begun(address):
    """A non-blocking socket whose connect was begun, by plain means, and is decided."""
    sock = socket.socket()
    sock.setblocking(False)
    with suppress(BlockingIOError):
        sock.connect(address)
    must_be_decided(sock)
    return sock


def must_be_decided(sock):
    """The socket becomes writable in time."""
    _, writable, _ = select.select([], [sock], [], PATIENCE_S)
    if writable != [sock]:
        raise Difference("a socket that becomes writable", f"after {PATIENCE_S:g} s it is not")


@pytest.fixture
def new_loop(student):
    """`new_loop()` makes a loop; it is closed with the check."""
    loops = []

    def make():
        loops.append(student.SelectLoop())
        return loops[-1]

    yield make
    for loop in loops:
        with suppress(Exception):
            loop.close()


@pytest.fixture
def tunnel(student, new_loop, peers):
    """`loop, client, origin = tunnel()`: the far ends of a tunnel on a loop that nobody turns yet.

    `tunnel(loop, …)` is another one on the same loop.
    """

    def make(loop=None, *first, **named):
        loop = loop or new_loop()
        near_client, client = peers.pair(small_buffers=True, who="client")
        near_origin, origin = peers.pair(small_buffers=True, who="origin")
        for far in (client, origin):
            far.settimeout(PATIENCE_S)
        student.Tunnel(loop, near_client, near_origin, *first, **named)
        return loop, client, origin

    return make


def both_ways(client, origin):
    """(who speaks, who hears), in both directions."""
    return ((client, origin), (origin, client))


def heard_by(sock, count):
    """`count` bytes, or fewer if the stream ends or nothing more comes in time."""
    heard = bytearray()
    with suppress(TimeoutError, ConnectionError):
        while len(heard) < count and (data := sock.recv(min(65_536, count - len(heard)))):
            heard += data
    return bytes(heard)


def what_comes_to(sock):
    """What this side hears next, in words."""
    try:
        data = sock.recv(100)
    except TimeoutError:
        return "nothing"
    except ConnectionResetError:
        return "a reset"
    return repr(data) if data else "the end of the stream"


@contextmanager
def nothing_closed_is_watched():
    """The loop meets no socket that is closed: select would raise ValueError."""
    try:
        yield
    except ValueError as error:
        what = f"a socket was closed that the loop still watches: {error}"
        raise Difference("a loop that watches open sockets only", what) from error


def must_come_to(sock, expected):
    """This side hears that next."""
    actual = what_comes_to(sock)
    if actual != expected:
        raise Difference(f"{expected} comes to this side", f"what comes is {actual}")


def what_a_send_meets(sock):
    """Is anybody there? Asks a non-blocking socket, in words; recv would only repeat the end."""
    try:
        return "room" if sock.send(b"?") else ""
    except BlockingIOError:
        return "no room"
    except ConnectionError:
        return "nobody"


def offer(sock, data, most=ENOUGH_BYTES):
    """Send until there is no room for a while. Returns what was taken."""
    taken = bytearray()
    sock.settimeout(STALLED_S)
    with suppress(TimeoutError, ConnectionError):
        while len(taken) < most:
            taken += data[: sock.send(data)]
    sock.settimeout(PATIENCE_S)
    return bytes(taken)


def reset(sock):
    """Closes with RST instead of FIN."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
    sock.close()


def must_sleep(turns):
    """The loop makes few turns while nothing happens. Blocks for WINDOW_S, or some of them.

    On a busy machine the first ones may still have work of before; a loop that spins has no other.
    """
    for _ in range(WINDOWS):
        before = turns.completed
        time.sleep(WINDOW_S)  # it is measured here what happens in this time
        count = turns.completed - before
        if count < FEW_TURNS:
            break
    else:
        span = f"turns of the loop in {WINDOW_S * 1000:g} ms of silence"
        raise Difference(f"fewer than {FEW_TURNS} {span}", f"there were {count}: it never sleeps")


def settle(predicate):
    """Wait until it holds; if it never does, what stands behind tells."""
    with suppress(TimeoutError):
        kernel.wait_until(predicate, timeout_s=PATIENCE_S, what="an end")


def must_have_closed(descriptors, before, count):
    """`count` descriptors fewer are open than `before`, or soon will be."""
    settle(lambda: descriptors() <= before - count)
    left = count - (before - descriptors())
    if left > 0:
        raise Difference("no descriptor of the tunnel is open any more", f"open still: {left}")


class Notes:
    """Stands for a loop, and notes what a tunnel or a flow tells it. Its time stands still."""

    def __init__(self):
        self.asked, self.callbacks, self.timers, self.left = {}, {}, [], []

    def register(self, sock, on_readable=None, on_writable=None):
        self.callbacks[sock] = on_readable, on_writable

    def unregister(self, sock):
        self.left.append(sock.fileno())

    def want_read(self, sock, yes):
        self.asked[sock, "read"] = yes

    def want_write(self, sock, yes):
        self.asked[sock, "write"] = yes

    def call_later(self, delay_s, callback):
        self.timers.append(Timer(callback))
        return self.timers[-1]


class Timer:
    """A timer of Notes: the check itself says when it is due."""

    def __init__(self, callback):
        self.callback, self.is_cancelled = callback, False

    def cancel(self):
        self.is_cancelled = True


# start_connect and finish_connect.


@check(
    points=2,
    misconception="exception-is-failure",
    hint="What is the errno of the exception, and what does connect(2) say about it?",
)
def test_start_connect_begins_a_connection(student, nonce):
    """start_connect returns a socket that will be connected to the endpoint."""
    message = nonce(20)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(PATIENCE_S)
        with student.start_connect(student.Endpoint(*listener.getsockname())) as sock:
            server, _ = listener.accept()
            with server:
                must_be_decided(sock)
                sock.send(message)
                server.settimeout(PATIENCE_S)
                must_be_bytes(heard_by(server, 20), message)


@check(
    points=3,
    misconception="",
    needs="start_connect_begins_a_connection",
    hint="Which call waits for the answer to the SYN? What must the socket be before that call?",
)
def test_start_connect_does_not_wait_for_the_answer(student, background):
    """start_connect returns at once, even if the other end never answers."""
    with unanswering() as address:
        where = student.Endpoint(*address)
        background(student.start_connect, where).result(PATIENCE_S).close()


@check(
    points=1,
    misconception="select-unblocks",
    needs="start_connect_begins_a_connection",
    hint="The loop will call recv and send on this socket. What must they never do?",
)
def test_start_connect_returns_a_non_blocking_socket(student):
    """start_connect leaves the socket non-blocking."""
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        student.start_connect(student.Endpoint(*listener.getsockname())) as sock,
    ):
        assert sock.getblocking() is False


@check(
    points=2,
    misconception="nonblocking-never-fails",
    needs="start_connect_begins_a_connection",
    hint="Which exception means “begun”, and what do all the others mean?",
)
def test_start_connect_raises_what_is_known_at_once(student):
    """start_connect raises the OSError that connect raises at once, such as ENETUNREACH."""
    nowhere = student.Endpoint(NO_ROUTE, 80)
    must_raise(OSError, student.start_connect, nowhere, code=errno.ENETUNREACH)


@check(
    points=1,
    misconception="",
    needs="start_connect_raises_what_is_known_at_once",
    hint="Nobody gets the socket if you raise. Who closes it?",
)
def test_start_connect_leaves_nothing_open_if_it_raises(student, descriptors):
    """start_connect closes its socket if it raises."""
    nowhere = student.Endpoint(NO_ROUTE, 80)
    at_first = descriptors()
    raised = [must_raise(OSError, student.start_connect, nowhere) for _ in range(5)]
    left = descriptors() - at_first
    if left > 0 and raised:  # with their tracebacks, they keep all locals alive
        raise Difference("no descriptor is left open", f"after {len(raised)} calls, {left} are")


@check(
    points=1,
    misconception="",
    needs="start_connect_begins_a_connection",
    hint="Which function tells the family of an endpoint?",
    symptoms=(TypeError,),
)
def test_start_connect_can_go_to_an_ipv6_address(student):
    """start_connect takes IPv6 addresses as well as IPv4 ones."""
    if not socket.has_ipv6:
        pytest.skip("this Python has no IPv6")
    try:
        listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no address ::1")
    with listener:
        listener.settimeout(PATIENCE_S)
        where = student.Endpoint(*listener.getsockname()[:2])
        with student.start_connect(where) as sock:
            server, _ = listener.accept()
            ours, theirs = sock.getsockname(), server.getpeername()
            server.close()
            assert ours == theirs


@check(
    points=2,
    misconception="lookup-is-free",
    needs="start_connect_begins_a_connection",
    hint="What does connect() do first if it is given a name, and how long may that take?",
)
def test_start_connect_looks_no_name_up(student):
    """start_connect raises OSError for a host that is a name: a lookup would block."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        named = student.Endpoint("localhost", listener.getsockname()[1])
        must_raise(OSError, student.start_connect, named)


@check(
    points=1,
    misconception="writable-is-connected",
    hint="Which number does SO_ERROR have if nothing has gone wrong?",
)
def test_finish_connect_returns_if_it_is_connected(student):
    """finish_connect returns None for a socket that is connected."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        sock = begun(listener.getsockname())
        assert student.finish_connect(sock) is None
        sock.close()


@check(
    points=1,
    misconception="",
    needs="finish_connect_returns_if_it_is_connected",
    hint="How often may SO_ERROR be asked?",
)
def test_finish_connect_asks_only_once(student):
    """finish_connect asks SO_ERROR once: the second answer is always 0."""
    with refusing() as address, begun(address) as sock:
        try:
            student.finish_connect(sock)
        except OSError as error:
            if error.errno == 0:
                why = "the errno is 0: SO_ERROR was asked before, and that clears it"
                raise Difference("an OSError with an errno", why) from error


@check(
    points=1,
    misconception="",
    needs="finish_connect_asks_only_once",
    hint="Which two arguments does OSError want?",
)
def test_finish_connect_raises_no_error_without_its_number(student):
    """finish_connect raises errors that have the errno, and not only its text."""
    with refusing() as address, begun(address) as sock:
        try:
            student.finish_connect(sock)
        except OSError as error:
            if error.errno is None:
                raise Difference("an OSError with an errno", f"{error!r} has none") from error


@check(
    points=2,
    misconception="writable-is-connected",
    needs="finish_connect_raises_no_error_without_its_number",
    hint="The socket is writable. Of which two outcomes is that a sign, and which option tells?",
)
def test_finish_connect_raises_if_it_was_refused(student):
    """finish_connect raises an OSError if nobody listens, though the socket is writable."""
    with refusing() as address, begun(address) as sock:
        must_raise(OSError, student.finish_connect, sock)


@check(
    points=1,
    misconception="",
    needs="finish_connect_raises_if_it_was_refused",
    hint="Your call says that the socket is not connected. Which option says why?",
)
def test_finish_connect_tells_a_refusal(student):
    """finish_connect raises ConnectionRefusedError if nobody listens."""
    with refusing() as address, begun(address) as sock:
        refused = errno.ECONNREFUSED
        must_raise(ConnectionRefusedError, student.finish_connect, sock, code=refused)


@check(
    points=1,
    misconception="writable-is-connected",
    needs="finish_connect_tells_a_refusal",
    hint="A refusal is one errno of many. Where does the number come from?",
)
def test_finish_connect_raises_what_has_happened(student):
    """finish_connect raises the OSError that belongs to the errno, whichever it is."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        sock = begun(listener.getsockname())
        server, _ = listener.accept()
        with sock:
            reset(server)
            settle(lambda: select.select([sock], [], [], 0)[0])
            code = errno.ECONNRESET
            must_raise(ConnectionResetError, student.finish_connect, sock, code=code)


@check(
    points=1,
    misconception="",
    needs="finish_connect_raises_if_it_was_refused",
    hint="Who has made this socket, and who still has to take it out of the loop?",
)
def test_finish_connect_leaves_the_closing_to_others(student):
    """finish_connect does not close the socket, not even if the connect has failed."""
    with refusing() as address, begun(address) as sock:
        must_raise(OSError, student.finish_connect, sock)
        if sock.fileno() < 0:
            raise Difference("the socket is left as it is", "finish_connect has closed it")


# Flow: one direction alone, on a loop that only notes.


@check(
    points=3,
    misconception="flow-speaks-for-all",
    hint="Two flows share two sockets. Who asks for reading the sink?",
)
def test_flow_asks_only_for_its_own_half(student):
    """Flow.tell_the_loop asks only for reading its source and for writing its sink."""
    notes = Notes()
    source, sink = socket.socketpair()
    with source, sink:
        for has_ended in (False, True):
            for waits in (0, 10, 1_000_000):
                flow = student.Flow(notes, source, sink)
                flow.waiting.append(bytes(waits))
                flow.has_ended = has_ended
                flow.tell_the_loop()
    names = {(sink, "read"): "reading its sink", (source, "write"): "writing its source"}
    too_much = [name for what, name in names.items() if what in notes.asked]
    if too_much:
        asks = "it asks for " + " and for ".join(too_much)
        raise Difference("a flow that asks for its own half of the sockets", asks)


@check(
    points=1,
    misconception="",
    needs="flow_asks_only_for_its_own_half",
    hint="The kernel has taken a part. Who calls on_writable when there is room for the rest?",
)
def test_flow_asks_to_write_while_something_waits(student):
    """Flow.tell_the_loop asks for writing its sink while something waits, be it one byte."""
    source, sink = socket.socketpair()
    with source, sink:
        for waits in (1, 1_000_000):
            for has_ended in (False, True):
                notes = Notes()
                flow = student.Flow(notes, source, sink)
                flow.waiting.append(bytes(waits))
                flow.has_ended = has_ended
                flow.tell_the_loop()
                if not notes.asked.get((sink, "write")):
                    what = "it is not" + (", now that the source has ended" if has_ended else "")
                    raise Difference(f"{waits:,} bytes wait: the sink is watched for writing", what)


@check(
    points=1,
    misconception="",
    hint="Nothing was there after all. Which exception is that, and who expects it?",
)
def test_flow_takes_nothing_for_no_error(student):
    """Flow.on_readable returns if there is nothing to read, and goes on when there is."""
    (source, speaker), (sink, hearer) = socket.socketpair(), socket.socketpair()
    with source, speaker, sink, hearer:
        source.setblocking(False)
        sink.setblocking(False)
        flow = student.Flow(Notes(), source, sink)
        for message in (b"", b"x"):
            speaker.send(message)
            try:
                flow.on_readable()
            except BlockingIOError as error:
                went = (
                    "it raised BlockingIOError: recv was called when nothing was there (any more)"
                )
                raise Difference("on_readable returns", went) from error


@check(
    points=1,
    misconception="loop-may-wait",
    needs="flow_takes_nothing_for_no_error",
    hint="A sender sends faster than you can read. When does your method return?",
)
def test_flow_reads_no_more_than_one_recv_brings(student):
    """Flow.on_readable takes at most CHUNK_BYTES, even if more has come: others wait."""
    (source, speaker), (sink, hearer) = socket.socketpair(), socket.socketpair()
    with source, speaker, sink, hearer:
        for sock in (source, speaker, sink):
            sock.setblocking(False)
        speaker.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2 * OFFERED_BYTES)
        speaker.send(bytes(OFFERED_BYTES))
        flow = student.Flow(Notes(), source, sink)
        flow.on_readable()
        if (taken := flow.waiting.pending + flow.passed) > CHUNK_BYTES:
            raise Difference(
                f"at most {CHUNK_BYTES:,} bytes are taken in one call",
                f"{taken:,} bytes were taken",
            )


# Tunnel: bytes.


@check(
    points=3,
    misconception="tunnel-is-read",
    needs=("flow_asks_only_for_its_own_half", "flow_takes_nothing_for_no_error"),
    hint="What does a flow do with the bytes that recv has brought? When?",
    own_chain=True,
)
def test_tunnel_carries_both_ways(tunnel, nonce, driving):
    """Tunnel hands on what one side says to the other one, again and again, both ways, at once."""
    loop, client, origin = tunnel()
    with driving(loop):
        for length in (1, 30, 5_000):
            for speaker, hearer in both_ways(client, origin):
                message = nonce(length)
                speaker.sendall(message)
                must_be_bytes(heard_by(hearer, length), message)


@check(
    points=2,
    misconception="tunnel-is-read",
    needs="tunnel_carries_both_ways",
    hint="Is every sequence of bytes a text? Is there a line's end in it?",
)
def test_tunnel_carries_any_bytes(tunnel, nonce, driving):
    """Tunnel hands on bytes that are no text, and have no lines, as they are."""
    loop, client, origin = tunnel()
    with driving(loop):
        for speaker, hearer in both_ways(client, origin):
            message = b"\xc3" + nonce(5) + bytes(range(256)) + b"\r\n \r\n\xff\xfe " + nonce(5)
            speaker.sendall(message)
            must_be_bytes(heard_by(hearer, len(message)), message)


@check(
    points=3,
    misconception="head-ends-the-recv",
    needs="tunnel_carries_both_ways",
    hint="Who has these bytes now, and will the client send them again?",
)
def test_tunnel_sends_first_what_has_come_already(tunnel, nonce, driving):
    """Tunnel sends what came with the CONNECT to the origin, before all else, and the answer."""
    early, answer, later = nonce(30), nonce(40), nonce(20)
    loop, client, origin = tunnel(None, early, answer)
    with driving(loop):
        for name, sock, expected in (
            ("origin", origin, early),
            ("client", client, answer),
            ("origin", origin, later),
        ):
            if expected is later:  # not before: it would push on what has waited for company
                client.sendall(later)
            heard = heard_by(sock, len(expected))
            if heard != expected:
                what = f"the {name} hears {len(expected)} bytes: what goes first, first"
                raise Difference(what, f"it has heard {heard!r}", expected)


@check(
    points=1,
    misconception="send-takes-all",
    needs="tunnel_sends_first_what_has_come_already",
    hint="What does send do with more than there is room for? Who keeps the rest?",
)
def test_tunnel_sends_first_however_much_it_is(tunnel, nonce, driving):
    """Tunnel sends all that goes first, both ways, even if the kernel does not take it at once."""
    much = nonce(10_000) * (PENDING_BYTES // 10_000)
    for early, answer in ((much, b""), (b"", much)):
        loop, client, origin = tunnel(None, early, answer)
        with driving(loop):
            must_be_bytes(heard_by(origin if early else client, len(much)), much)


@check(
    points=1,
    misconception="tunnel-is-read",
    needs="tunnel_sends_first_what_has_come_already",
    hint="Is what came with the CONNECT a text? Does it have lines, or a least length?",
)
def test_tunnel_changes_nothing_of_what_goes_first(tunnel, nonce, driving):
    """Tunnel hands on what came with the CONNECT as it is: blank lines, or a byte alone."""
    for early in (b"\r\n\n \0" + nonce(5) + b"\r\n", b"\n"):
        loop, _, origin = tunnel(None, early)
        with driving(loop):
            must_be_bytes(heard_by(origin, len(early)), early)


@check(
    points=1,
    misconception="",
    needs="tunnel_sends_first_however_much_it_is",
    hint="What if a side is gone already? Who catches what a send raises within `begin`?",
)
def test_tunnel_begins_without_a_send(tunnel, nonce):
    """Tunnel sends nothing when it is made: that is for the loop's next turn."""
    _, *ends = tunnel(None, nonce(30), nonce(40))
    heard = [kernel.unread(sock) for sock in ends]
    if heard != [0, 0]:
        raise Difference(
            "nothing is sent before the first turn",
            f"the client has got {heard[0]} bytes already, and the origin {heard[1]}",
        )


@check(
    points=2,
    misconception="send-takes-all",
    needs="tunnel_carries_both_ways",
    hint="send took a part, or nothing. Who sends the rest, and when does it know that it can?",
)
def test_tunnel_loses_nothing_to_a_slow_reader(tunnel, nonce, driving):
    """Tunnel delivers every byte, in order, to a side that reads later."""
    message = nonce(10_000) * (PENDING_BYTES // 10_000)
    loop, client, origin = tunnel()
    with driving(loop):
        for speaker, hearer in both_ways(client, origin):
            speaker.sendall(message)
            must_be_bytes(heard_by(hearer, len(message)), message)


# Tunnel: whom it waits for.


@check(
    points=2,
    misconception="watch-writable",
    needs="tunnel_carries_both_ways",
    hint="Nothing waits to be sent. What does the loop watch, and what is always ready?",
)
def test_tunnel_sleeps_while_nothing_happens(tunnel, nonce, driving):
    """Tunnel lets its loop sleep while both sides are silent."""
    message = nonce(10)
    loop, client, origin = tunnel()
    with driving(loop) as turns:
        client.sendall(message)
        must_be_bytes(heard_by(origin, 10), message)
        must_sleep(turns)


@check(
    points=3,
    misconception="select-unblocks",
    needs="tunnel_carries_both_ways",
    hint="Who is served while your code waits for this one reader?",
)
def test_tunnel_holds_up_no_other_tunnel(tunnel, nonce, driving):
    """Tunnel waits for nobody: beside one whose reader stalls, another one goes on."""
    message = nonce(30)
    loop, stalled, _ = tunnel()
    _, client, origin = tunnel(loop)
    with driving(loop):
        offer(stalled, nonce(10_000), most=PENDING_BYTES)
        client.sendall(message)
        must_be_bytes(heard_by(origin, 30), message)


@check(
    points=3,
    misconception="bytes-need-no-bound",
    needs=("tunnel_loses_nothing_to_a_slow_reader", "tunnel_holds_up_no_other_tunnel"),
    hint="Who could make the sender stop, if you do not read from it?",
)
def test_tunnel_keeps_a_bound_for_who_does_not_read(tunnel, nonce, driving):
    """Tunnel reads no more from a sender whose peer does not read: 8 MiB don't go into memory."""
    loop, client, origin = tunnel()
    with driving(loop):
        for speaker, _ in both_ways(client, origin):
            taken = offer(speaker, nonce(10_000))
            if len(taken) >= BOUND_BYTES:
                where = f"the tunnel took {len(taken):,} bytes of it"
                raise Difference(f"a tunnel that takes less than {BOUND_BYTES:,} bytes", where)


@check(
    points=2,
    misconception="readable-is-data",
    needs=(
        "tunnel_keeps_a_bound_for_who_does_not_read",
        "tunnel_sleeps_while_nothing_happens",
    ),
    hint="You read no more, but bytes are there. What does select say, and who can stop asking?",
)
def test_tunnel_sleeps_while_it_waits_for_a_reader(tunnel, nonce, driving):
    """Tunnel lets its loop sleep while one side does not read and the buffers are full."""
    loop, client, _ = tunnel()
    with driving(loop) as turns:
        offer(client, nonce(10_000))
        must_sleep(turns)


@check(
    points=1,
    misconception="",
    needs="tunnel_keeps_a_bound_for_who_does_not_read",
    hint="Reading was paused when the buffer was full. Who says when it may go on?",
)
def test_tunnel_goes_on_when_the_reader_reads_again(tunnel, nonce, driving):
    """Tunnel goes on when a reader that had stalled reads again, and has lost nothing."""
    loop, client, origin = tunnel()
    with driving(loop):
        message = offer(client, nonce(9_973))
        must_be_bytes(heard_by(origin, len(message)), message)
        client.sendall(message[:1_000])
        must_be_bytes(heard_by(origin, 1_000), message[:1_000])


@check(
    points=2,
    misconception="full-is-for-both",
    needs="tunnel_keeps_a_bound_for_who_does_not_read",
    hint=HINT_BOTH,
)
def test_tunnel_goes_on_in_one_direction_while_the_other_is_full(tunnel, nonce, driving):
    """Tunnel carries one way while nobody reads at the end of the other way."""
    for speaks_first in (0, 1):
        loop, *ends = tunnel()
        talker, other = ends[speaks_first], ends[1 - speaks_first]
        message = nonce(30)
        with driving(loop):
            offer(talker, nonce(10_000))
            other.sendall(message)
            must_be_bytes(heard_by(talker, 30), message)


# Tunnel: how it ends.


@check(
    points=3,
    misconception="end-travels-by-itself",
    needs="tunnel_carries_both_ways",
    hint="recv has returned b''. How does the other connection learn that?",
)
def test_tunnel_passes_the_end_on(tunnel, nonce, driving):
    """Tunnel tells one side that the other one has ended, in either direction."""
    for ends_first in (0, 1):
        loop, *ends = tunnel()
        speaker, hearer = ends[ends_first], ends[1 - ends_first]
        message = nonce(30)
        speaker.sendall(message)
        speaker.shutdown(socket.SHUT_WR)
        settle(lambda sock=speaker: kernel.state(sock) == "FIN-WAIT-2")  # both are there
        with driving(loop):
            must_be_bytes(heard_by(hearer, 30), message)
            must_come_to(hearer, "the end of the stream")


@check(
    points=1,
    misconception="end-travels-by-itself",
    needs="tunnel_passes_the_end_on",
    hint="The end has come, and nothing waits to be sent. Who will call you once more?",
)
def test_tunnel_passes_an_end_on_at_once(tunnel, driving):
    """Tunnel tells one side that the other one has ended, even if there was nothing to send."""
    for ends_first in (0, 1):
        loop, *ends = tunnel()
        with driving(loop):
            ends[ends_first].shutdown(socket.SHUT_WR)
            must_come_to(ends[1 - ends_first], "the end of the stream")


@check(
    points=3,
    misconception="eof-is-gone",
    needs="tunnel_passes_an_end_on_at_once",
    hint="One side will send no more. Does it still read?",
    symptoms=(KeyError,),  # the loop's, for a socket that was unregistered too early
)
def test_tunnel_goes_on_the_other_way_after_an_end(tunnel, nonce, driving):
    """Tunnel carries an answer to a side that has ended, in either direction."""
    for ends_first in (0, 1):
        loop, *ends = tunnel()
        speaker, hearer = ends[ends_first], ends[1 - ends_first]
        answer = nonce(5_000)
        with driving(loop):
            speaker.shutdown(socket.SHUT_WR)
            must_come_to(hearer, "the end of the stream")
            hearer.sendall(answer)
            must_be_bytes(heard_by(speaker, 5_000), answer)


@check(
    points=3,
    misconception="end-waits-in-line",
    needs=("tunnel_passes_the_end_on", "tunnel_loses_nothing_to_a_slow_reader"),
    hint="The source has ended, and something still waits for the sink. What comes first?",
)
def test_tunnel_passes_the_end_on_behind_what_waits(tunnel, nonce, driving):
    """Tunnel passes the end on only when all that came before it has been sent."""
    for ends_first in (0, 1):
        loop, *ends = tunnel()
        speaker, hearer = ends[ends_first], ends[1 - ends_first]
        message = nonce(10_000) * (PENDING_BYTES // 10_000)
        with driving(loop):
            speaker.sendall(message)
            speaker.shutdown(socket.SHUT_WR)
            settle(lambda sock=speaker: kernel.state(sock) == "FIN-WAIT-2")
            must_be_bytes(heard_by(hearer, len(message)), message)
            must_come_to(hearer, "the end of the stream")


@check(
    points=1,
    misconception="watch-writable",
    needs=("tunnel_passes_the_end_on", "tunnel_sleeps_while_nothing_happens"),
    hint="The source has ended and all is sent. What is left to be written to the sink?",
)
def test_tunnel_has_nothing_to_write_behind_an_end(student):
    """Flow.tell_the_loop does not ask for writing when its source has ended and nothing waits."""
    notes = Notes()
    source, sink = socket.socketpair()
    with source, sink:
        flow = student.Flow(notes, source, sink)
        flow.has_ended = True
        flow.tell_the_loop()
    if notes.asked.get((sink, "write")):
        raise Difference("the sink is not watched for writing", "it is watched, and always ready")


@check(
    points=2,
    misconception="readable-is-data",
    needs=("tunnel_passes_the_end_on", "tunnel_sleeps_while_nothing_happens"),
    hint="The end of the stream is there, and stays there. For what do you still watch?",
)
def test_tunnel_sleeps_between_the_two_ends(tunnel, driving):
    """Tunnel lets its loop sleep while one side has ended and the other one is silent."""
    loop, client, origin = tunnel()
    with driving(loop) as turns:
        client.shutdown(socket.SHUT_WR)
        must_come_to(origin, "the end of the stream")
        must_sleep(turns)


@check(
    points=1,
    misconception="readable-is-data",
    needs=("tunnel_sleeps_between_the_two_ends", "tunnel_passes_the_end_on_behind_what_waits"),
    hint="recv has returned b'' once. What must be noted then, even if something still waits?",
)
def test_tunnel_sleeps_while_something_waits_behind_an_end(tunnel, nonce, driving):
    """Tunnel lets its loop sleep while one side has ended and the other reads nothing."""
    loop, client, _ = tunnel()
    with driving(loop) as turns:
        client.sendall(nonce(10_000) * (PENDING_BYTES // 10_000))
        client.shutdown(socket.SHUT_WR)
        settle(lambda: kernel.state(client) == "FIN-WAIT-2")
        must_sleep(turns)


@check(
    points=2,
    misconception="",
    needs="tunnel_goes_on_the_other_way_after_an_end",
    hint="Both flows are done. Which two sockets are still open, and who knows?",
)
def test_tunnel_ends_when_both_sides_have_ended(tunnel, driving, descriptors):
    """Tunnel closes both sockets when both sides have ended; no descriptor is left."""
    loop, client, origin = tunnel()
    before = descriptors()
    with driving(loop) as turns:
        for speaker, hearer in both_ways(client, origin):
            speaker.shutdown(socket.SHUT_WR)
            must_come_to(hearer, "the end of the stream")
        must_have_closed(descriptors, before, 2)
        must_sleep(turns)


@check(
    points=1,
    misconception="",
    needs="tunnel_ends_when_both_sides_have_ended",
    hint="Who is told that the tunnel has ended, and how often?",
)
def test_tunnel_says_once_that_it_has_ended(tunnel, driving, descriptors):
    """Tunnel calls on_done(None) when it has ended well, once."""
    calls = []
    loop, client, origin = tunnel(on_done=calls.append)
    with driving(loop):
        client.shutdown(socket.SHUT_WR)
        origin.shutdown(socket.SHUT_WR)
        settle(lambda: calls)
    if calls != [None]:
        raise Difference("one call: on_done(None)", f"the calls had the arguments {calls}")


@check(
    points=2,
    misconception="",
    needs="tunnel_says_once_that_it_has_ended",
    hint="After a good end some bytes are still on their way. What does a reset do with them?",
)
def test_tunnel_loses_nothing_by_a_good_end(tunnel, nonce, driving):
    """Tunnel closes without a reset when both sides have ended: a slow reader still gets all."""
    message, calls = nonce(64_000), []
    loop, client, origin = tunnel(on_done=calls.append)
    with driving(loop):
        client.shutdown(socket.SHUT_WR)
        origin.sendall(message)
        origin.shutdown(socket.SHUT_WR)
        settle(lambda: calls)
        must_be_bytes(heard_by(client, len(message)), message)


@check(
    points=1,
    misconception="loop-may-wait",
    needs="tunnel_says_once_that_it_has_ended",
    hint="Neither side has ended yet. What does your end wait for, and who waits meanwhile?",
)
def test_tunnel_ends_without_a_wait(student, peers):
    """Tunnel.end waits for neither side: the loop has others to serve."""
    ends = [peers.pair()[0] for _ in range(2)]
    made = student.Tunnel(Notes(), *ends)
    start_s = time.monotonic()
    made.end(None)
    if (took_s := time.monotonic() - start_s) > LONG_S:
        raise Difference("end returns at once", f"it took {took_s:.1f} s")


@check(
    points=1,
    misconception="",
    needs="tunnel_says_once_that_it_has_ended",
    hint="A timer holds on to what it will call. How long does a tunnel's timer run?",
)
def test_tunnel_cancels_its_timer_at_the_end(student, peers):
    """Tunnel.end cancels the timer."""
    notes = Notes()
    ends = [peers.pair()[0] for _ in range(2)]
    student.Tunnel(notes, *ends).end(None)
    if not notes.timers[-1].is_cancelled:
        raise Difference("the timer is cancelled", "it is still set")


@check(
    points=1,
    misconception="",
    needs="tunnel_ends_without_a_wait",
    hint="What can the loop do with a socket that is closed? And what is left to do a second time?",
)
def test_tunnel_cleans_up_once_and_in_order(student, peers):
    """Tunnel.end leaves the loop, closes, then calls on_done: only once."""
    notes, calls = Notes(), []
    ends = [peers.pair()[0] for _ in range(2)]

    def on_done(error):
        calls.append([sock.fileno() < 0 for sock in ends])
        if len(calls) < 3:
            made.end(None)  # as somebody may who ends all that he has

    made = student.Tunnel(notes, *ends, on_done=on_done)
    made.end(None)
    if len(calls) > 1:
        raise Difference(
            "a second end calls nobody", "on_done ended it again, and was called again"
        )
    if -1 in notes.left:
        raise Difference(
            "unregister, then close", "a socket was closed that the loop still watches"
        )
    if [len(notes.left), calls] != [2, [[True, True]]]:
        raise Difference(
            "both unregistered and closed, then on_done", "on_done came at another time"
        )
    made.end(None)
    if len(calls) != 1:
        raise Difference("a second end that calls nobody", f"on_done was called {len(calls)} times")


@check(
    points=1,
    misconception="",
    needs="tunnel_says_once_that_it_has_ended",
    hint="How does the tunnel know whether something has moved since its last look?",
)
def test_tunnel_lives_as_long_as_something_moves(student, peers, nonce):
    """Tunnel counts what has passed: with traffic it lives on, in silence its time runs out."""
    notes, calls = Notes(), []
    near_client, client = peers.pair()
    near_origin, _ = peers.pair()
    made = student.Tunnel(notes, near_client, near_origin, on_done=calls.append)
    for _ in range(2):
        client.sendall(nonce(10))
        settle(lambda: unread_at_other_end(client) != 0)
        notes.callbacks[near_client][0]()
        if notes.asked[near_origin, "write"]:
            notes.callbacks[near_origin][1]()
        notes.timers[-1].callback()
        if calls:
            raise Difference("a tunnel that lives while bytes pass", "it ended: were they counted?")
    if (passed := made.upstream.passed) != 20:
        raise Difference("20 bytes have passed upstream", f"the flow has counted {passed}")
    notes.timers[-1].callback()
    if len(calls) != 1:
        raise Difference("one call of on_done, after silence", f"there were {len(calls)}")


@check(
    points=1,
    misconception="",
    needs="tunnel_holds_up_no_other_tunnel",
    hint="What does step do with an OSError? What comes first, unregister or close?",
)
def test_tunnel_harms_no_other_when_it_is_cut_off(tunnel, nonce, driving):
    """Tunnel leaves its loop when it is cut off: another tunnel on the loop goes on."""
    message = nonce(30)
    loop, cut_off, _ = tunnel()
    _, client, origin = tunnel(loop)
    with nothing_closed_is_watched(), driving(loop):
        reset(cut_off)
        for speaker, hearer in both_ways(client, origin):
            speaker.sendall(message)
            must_be_bytes(heard_by(hearer, 30), message)


@check(
    points=2,
    misconception="reset-is-an-end",
    needs="tunnel_passes_the_end_on",
    hint="The client has got a part. How can it learn that the rest will never come?",
)
def test_tunnel_passes_a_reset_on_as_a_reset(tunnel, nonce, driving):
    """Tunnel resets the client if the origin was reset: no clean end."""
    loop, client, origin = tunnel()
    must_pass_a_reset_on(loop, origin, client, nonce(30), driving)


@check(
    points=1,
    misconception="",
    needs="tunnel_passes_a_reset_on_as_a_reset",
    hint="Which of the two sides must not take a part for the whole?",
)
def test_tunnel_passes_a_reset_on_to_the_origin_too(tunnel, nonce, driving):
    """Tunnel resets the origin if the client was reset: an upload that was cut off is not whole."""
    loop, client, origin = tunnel()
    must_pass_a_reset_on(loop, client, origin, nonce(30), driving)


def must_pass_a_reset_on(loop, speaker, hearer, message, driving):
    with driving(loop):
        speaker.sendall(message)
        must_be_bytes(heard_by(hearer, 30), message)
        reset(speaker)
        must_come_to(hearer, "a reset")


@check(
    points=1,
    misconception="",
    needs=("tunnel_passes_a_reset_on_as_a_reset", "tunnel_says_once_that_it_has_ended"),
    hint="What is the difference between on_done(None) and on_done(error)?",
)
def test_tunnel_says_what_cut_it_off(tunnel, driving):
    """Tunnel calls on_done(error) if it was cut off, once, with the OSError that did it."""
    calls = []
    loop, client, _ = tunnel(on_done=calls.append)
    with driving(loop):
        reset(client)
        settle(lambda: calls)
    if [type(error) for error in calls] != [ConnectionResetError]:
        raise Difference("one call: on_done(ConnectionResetError)", f"the calls had {calls}")


@check(
    points=1,
    misconception="reset-is-an-end",
    needs="flow_takes_nothing_for_no_error",
    hint="flush meets a BrokenPipeError. Who has to know of it?",
)
def test_flow_says_that_its_sink_is_gone(student):
    """Flow.on_writable raises the OSError that it meets if its sink is gone."""
    (source, speaker), (sink, hearer) = socket.socketpair(), socket.socketpair()
    with source, speaker, sink:
        hearer.close()
        flow = student.Flow(Notes(), source, sink)
        flow.waiting.append(b"for nobody")
        must_raise(OSError, flow.on_writable)


@check(
    points=2,
    misconception="reset-is-an-end",
    needs="tunnel_passes_a_reset_on_as_a_reset",
    hint="send can raise, too: what does a BrokenPipeError say about that side?",
)
def test_tunnel_ends_if_a_reader_is_gone(tunnel, nonce, driving, descriptors):
    """Tunnel ends with a reset if a reader is gone, even one that had ended, and says why."""
    calls = []
    loop, client, origin = tunnel(on_done=calls.append)
    before = descriptors()
    with driving(loop):
        client.shutdown(socket.SHUT_WR)
        must_come_to(origin, "the end of the stream")
        offer(origin, nonce(10_000), most=PENDING_BYTES)  # which nobody reads
        reset(client)
        origin.setblocking(False)
        settle(lambda: what_a_send_meets(origin) == "nobody")
        if what_a_send_meets(origin) != "nobody":
            raise Difference("the other side is reset, too", "its connection is still there")
        must_have_closed(descriptors, before, 3)  # the client's own end is one of them
        settle(lambda: calls)
    if calls == [None]:
        raise Difference(
            "on_done(error): bytes are lost, and somebody has to know",
            "the call was on_done(None), as after a good end",
        )


@check(
    points=1,
    misconception="",
    needs="tunnel_says_what_cut_it_off",
    hint="A reset is one of many errors. Which class do they all belong to?",
)
def test_tunnel_ends_whatever_a_side_raises(student, peers):
    """Tunnel ends with the error, whichever OSError a side raises, and closes both sockets."""
    notes, calls = Notes(), []
    near_client, _ = peers.pair()
    origin = socket.socket()  # not connected: recv raises ENOTCONN, which is no ConnectionError
    with near_client, origin:
        student.Tunnel(notes, near_client, origin, on_done=calls.append)
        try:
            notes.callbacks[origin][0]()
        except OSError as error:
            raise Difference("the tunnel ends with this error", f"out came {error!r}") from error
        left = [sock.fileno() for sock in (near_client, origin) if sock.fileno() >= 0]
    if [getattr(error, "errno", None) for error in calls] != [errno.ENOTCONN] or left:
        what = f"the calls had {calls}, and {len(left)} sockets are open"
        raise Difference("both are closed, and one call: on_done(OSError with ENOTCONN)", what)
