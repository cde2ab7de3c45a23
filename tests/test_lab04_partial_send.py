"""Checks of lab 04: sending all, holding back with a bound, and closing without loss."""

import errno
import socket
from contextlib import suppress

from workbench import kernel
from workbench.checks import Difference, check, must_be_bytes, must_raise
from workbench.checks.evidence import NeverReturned
from workbench.peers import (
    close,
    dribble,
    expect_end,
    half_close,
    hear,
    hear_until_end,
    pause,
    reset,
    say,
    stall,
)

SMALL_BYTES = 32 * 1024
PATIENCE_S = 0.15  # what a call gets that must not return yet

HINT_PART = "send() returned 65,536 of your 300,000 bytes. Where are the others now?"
HINT_LINGER = (
    "Bytes of the peer are still unread, or still on their way. What does close() do then?"
)


def much(nonce, count):
    """Fresh bytes in plenty, for less time than `nonce`: no buffer's size is a period of them."""
    return (nonce(9_973) * (count // 9_973 + 1))[:count]


def heard(peers, count):
    """The first `count` bytes that the peer has read; what there is, if no more come."""
    with suppress(TimeoutError):
        kernel.wait_until(lambda: len(peers.heard) >= count, what=f"{count} bytes")
    return peers.heard[:count]


def slowly(pieces=6):
    """Steps of a peer that reads a piece now and then, and at last all that comes."""
    return [step for _ in range(pieces) for step in (hear(20_000), pause(0.002))]


def wait_until_state(sock, state):
    kernel.wait_until(lambda: kernel.state(sock) == state, what=f"state {state}")


def wait_a_little_for(call):
    """Give a call the time to return too early, if it does; raise what it raises."""
    with suppress(NeverReturned):
        call.result(PATIENCE_S)


def must_end_well(peers):
    """The peer has come to the end of its script, and met no error on the way."""
    try:
        peers.last.wait(2)
    except TimeoutError as late:
        raise Difference("the peer hears and comes to its end", str(late)) from None
    if peers.last.error:
        raise Difference("the peer comes to its end", f"it met: {peers.last.error!r}")


def answer_at(sock):
    """What one recv returns there. `sock` is another descriptor for the student's own end."""
    sock.settimeout(1)
    try:
        return sock.recv(100)
    except OSError as error:
        raise Difference("a recv that returns", f"it raised {error!r}") from None


def ending_of(sock, got):
    """Read to the end, adding to `got`; say in words which end it is."""
    try:
        while piece := sock.recv(4_096):
            got += piece
    except OSError as error:
        return f"recv raises {type(error).__name__}"
    return "recv returns b''"


def error_of(call):
    """The name of the error with which a call has ended, or "no error"."""
    try:
        call.result(2)
    except OSError as error:
        return type(error).__name__
    return "no error"


def must_be_closed(student, sock):
    """A closed socket takes nothing: EBADF, or ValueError from a select on descriptor -1."""
    try:
        student.send_all(sock, b"?")
    except ValueError:
        return
    except OSError as error:
        if error.errno == errno.EBADF:
            return
        raise Difference("a closed socket (EBADF)", f"it is open: {error}") from None
    raise Difference("a closed socket", "it still takes bytes")


@check(points=1, misconception="", hint="Which method gives bytes to the kernel?")
def test_send_all_sends_a_short_message(student, peers, nonce):
    """send_all sends a short message."""
    message = nonce(30)
    with peers.hearing() as sock:
        student.send_all(sock, message)
        must_be_bytes(heard(peers, 30), message)


@check(
    points=3,
    misconception="send-takes-all",
    needs="send_all_sends_a_short_message",
    hint=HINT_PART,
)
def test_send_all_sends_every_byte_once_to_a_slow_reader(student, peers, nonce):
    """send_all sends every byte, once and in order, to a peer that reads slowly."""
    first, second = much(nonce, 300_000), nonce(1_000)
    with peers.playing(*slowly(), hear_until_end(), small_buffers=True) as sock:
        sock.settimeout(3)
        student.send_all(sock, first)
        student.send_all(sock, second)  # so that whatever comes too often is seen before it
        must_be_bytes(heard(peers, 301_000), first + second)


@check(
    points=1,
    misconception="text-is-bytes",
    needs="send_all_sends_every_byte_once_to_a_slow_reader",
    hint="send() counts in one unit, a str is as long as another one says. Which is which?",
)
def test_send_all_counts_in_bytes(student, peers, nonce):
    """send_all counts bytes, not characters: `é` is two of them."""
    message = much(nonce, 150_000).replace(b"e", "é".encode())
    with peers.playing(*slowly(), hear_until_end(), small_buffers=True) as sock:
        sock.settimeout(3)
        student.send_all(sock, message)
        must_be_bytes(heard(peers, len(message)), message)


@check(
    points=2,
    misconception="send-takes-all",
    needs="send_all_sends_every_byte_once_to_a_slow_reader",
    hint="What does a non-blocking send say when there is no room at all? And what helps then?",
)
def test_send_all_waits_for_room_on_a_non_blocking_socket(student, peers, nonce):
    """send_all sends every byte on a non-blocking socket, too: it waits where there is no room."""
    message = much(nonce, 300_000)
    with peers.playing(*slowly(), hear_until_end(), small_buffers=True) as sock:
        sock.setblocking(False)
        student.send_all(sock, message)
        must_be_bytes(heard(peers, len(message)), message)


@check(
    points=2,
    misconception="busy-is-waiting",
    needs="send_all_waits_for_room_on_a_non_blocking_socket",
    hint="Nobody reads for a while. What does your loop do all that time?",
)
def test_send_all_does_not_spin_while_it_waits(student, peers, nonce, cpu_s):
    """send_all uses no CPU time to speak of while the peer does not read."""
    message = much(nonce, 200_000)
    with peers.playing(pause(0.4), hear_until_end(), small_buffers=True) as sock:
        sock.setblocking(False)
        before_s = cpu_s()
        student.send_all(sock, message)
        used_s = cpu_s() - before_s
    assert used_s < 0.05


@check(
    points=1,
    misconception="two-writers-fine",
    needs="send_all_sends_every_byte_once_to_a_slow_reader",
    hint="Whose decision is it how long to wait for a peer that never reads?",
)
def test_send_all_gives_up_after_the_timeout_of_the_socket(student, peers, nonce, background):
    """send_all raises TimeoutError if nobody reads for as long as the socket's timeout."""
    message = much(nonce, 300_000)
    with peers.not_reading() as sock:
        sock.settimeout(0.1)
        call = background(student.send_all, sock, message)
        must_raise(TimeoutError, call.result, 2)


@check(
    points=2,
    misconception="dead-at-once",
    needs="send_all_sends_every_byte_once_to_a_slow_reader",
    hint="Several sends went well. Does that say anything about the next one?",
)
def test_send_all_tells_that_the_peer_is_gone(student, peers, nonce):
    """send_all raises ConnectionError if the peer goes away in the middle."""
    message = much(nonce, 300_000)
    with peers.playing(hear(100_000), reset(), small_buffers=True) as sock:
        sock.settimeout(3)
        must_raise(ConnectionError, student.send_all, sock, message)


@check(
    points=1,
    misconception="eof-is-gone",
    needs="send_all_sends_a_short_message",
    hint="The peer says nothing any more. Does it still listen?",
)
def test_send_all_still_sends_to_a_peer_that_has_finished_sending(student, peers, nonce):
    """send_all sends to a peer from which the end of the stream has come."""
    message = nonce(30)
    with peers.playing(half_close(), hear_until_end()) as sock:
        wait_until_state(sock, "CLOSE-WAIT")
        student.send_all(sock, message)
        must_be_bytes(heard(peers, 30), message)


@check(
    points=1,
    misconception="",
    hint="What would a producer ask to know how much it has brought?",
)
def test_send_buffer_counts_what_is_pending(student, nonce):
    """SendBuffer begins with nothing pending, and counts the bytes that are appended."""
    buffer = student.SendBuffer(limit_bytes=1_000)
    counts = [buffer.pending]
    for size in (5, 300, 2):
        buffer.append(nonce(size))
        counts.append(buffer.pending)
    assert counts == [0, 5, 305, 307]


@check(
    points=2,
    misconception="bytes-need-no-bound",
    needs="send_buffer_counts_what_is_pending",
    hint="A limit of 10 bytes: is it full with 9? With 10?",
)
def test_send_buffer_is_full_from_its_limit_on(student, nonce):
    """SendBuffer is full as soon as as many bytes are pending as its limit says."""
    buffer = student.SendBuffer(limit_bytes=10)
    answers = [buffer.is_full]
    for size in (9, 1, 1):
        buffer.append(nonce(size))
        answers.append(buffer.is_full)
    assert answers == [False, False, True, True]


@check(
    points=2,
    misconception="",
    needs="send_buffer_counts_what_is_pending",
    hint="Three pieces are pending and all would fit. How many does one flush send?",
)
def test_send_buffer_flush_sends_in_order_what_was_appended(student, peers, nonce):
    """SendBuffer.flush sends all that fits, in order, and returns how many bytes that was."""
    pieces = [nonce(size) for size in (10, 1, 500)]
    buffer = student.SendBuffer(limit_bytes=100)
    with peers.hearing() as sock:
        sock.setblocking(False)
        for piece in pieces:
            buffer.append(piece)  # even beyond the limit: a piece is kept whole
        assert buffer.flush(sock) == 511
        assert buffer.pending == 0
        assert buffer.flush(sock) == 0
        must_be_bytes(heard(peers, 511), b"".join(pieces))


@check(
    points=2,
    misconception="two-writers-fine",
    needs="send_buffer_flush_sends_in_order_what_was_appended",
    hint="The peer reads only after it has got something from you. Who goes first?",
)
def test_send_buffer_flush_returns_though_nobody_reads(student, peers, nonce, background):
    """SendBuffer.flush never blocks: it returns even if the peer does not read."""
    buffer = student.SendBuffer(limit_bytes=100_000)
    buffer.append(much(nonce, 400_000))
    with peers.not_reading() as sock:
        sock.setblocking(False)
        assert type(background(buffer.flush, sock).result(2)) is int


@check(
    points=2,
    misconception="send-takes-all",
    needs="send_buffer_flush_returns_though_nobody_reads",
    hint=HINT_PART,
)
def test_send_buffer_flush_keeps_what_the_kernel_did_not_take(student, peers, nonce):
    """SendBuffer.flush returns the size of the part that was taken, and the rest stays pending."""
    buffer = student.SendBuffer(limit_bytes=100_000)
    buffer.append(much(nonce, 400_000))
    with peers.not_reading() as sock:
        sock.setblocking(False)
        taken = buffer.flush(sock)
        assert 0 < taken < 400_000
        assert buffer.pending == 400_000 - taken


@check(
    points=1,
    misconception="send-takes-all",
    needs="send_buffer_flush_keeps_what_the_kernel_did_not_take",
    hint="What does a non-blocking send raise when there is no room for a single byte?",
)
def test_send_buffer_flush_takes_nothing_if_the_kernel_is_full(student, peers, nonce):
    """SendBuffer.flush returns 0 and loses nothing when the kernel has no room."""
    buffer = student.SendBuffer(limit_bytes=100_000)
    buffer.append(much(nonce, 400_000))
    with peers.not_reading() as sock:
        sock.setblocking(False)
        taken = [buffer.flush(sock) for _ in range(100)]
        assert taken[-1] == 0
        assert buffer.pending == 400_000 - sum(taken)


@check(
    points=3,
    misconception="send-takes-all",
    needs="send_buffer_flush_takes_nothing_if_the_kernel_is_full",
    hint="After each flush: which byte must be the first one of the next?",
)
def test_send_buffer_loses_nothing_to_a_slow_reader(student, peers, nonce):
    """SendBuffer gives a slow reader every byte, once and in order, over many flushes."""
    message = much(nonce, 300_000)
    buffer = student.SendBuffer(limit_bytes=100_000)
    buffer.append(message[:200_000])
    flushed = 0
    with peers.hearing(small_buffers=True) as sock:
        sock.setblocking(False)
        flushed += buffer.flush(sock)
        buffer.append(message[200_000:])
        while flushed < len(message):
            must_be_bytes(heard(peers, flushed), message[:flushed])  # now there is room again
            flushed += buffer.flush(sock)
        assert buffer.pending == 0
        must_be_bytes(heard(peers, len(message)), message)


@check(
    points=2,
    misconception="bytes-need-no-bound",
    needs=(
        "send_buffer_is_full_from_its_limit_on",
        "send_buffer_flush_takes_nothing_if_the_kernel_is_full",
    ),
    hint="The producer asks is_full before each piece. When must it hear True?",
)
def test_send_buffer_bounds_what_waits_for_a_peer_that_does_not_read(student, peers, nonce):
    """SendBuffer stops its producer: at most its limit and one piece wait in memory."""
    buffer, piece = student.SendBuffer(limit_bytes=50_000), nonce(9_000)
    most = produced = 0
    with peers.not_reading() as sock:
        sock.setblocking(False)
        while produced < 2_000_000 and not buffer.is_full:
            buffer.append(piece)
            produced += len(piece)
            most = max(most, buffer.pending)
            buffer.flush(sock)
    assert produced < 2_000_000
    assert most < 50_000 + 9_000


@check(
    points=1,
    misconception="",
    needs="send_buffer_bounds_what_waits_for_a_peer_that_does_not_read",
    hint="What was full is being read now. Who tells the producer?",
)
def test_send_buffer_is_not_full_for_ever(student, peers, nonce):
    """SendBuffer is no longer full when a flush has brought it below its limit."""
    buffer = student.SendBuffer(limit_bytes=30)
    buffer.append(nonce(40))
    with peers.hearing() as sock:
        sock.setblocking(False)
        assert buffer.is_full is True
        buffer.flush(sock)
        assert buffer.is_full is False


@check(
    points=1,
    misconception="",
    needs="send_buffer_flush_sends_in_order_what_was_appended",
    hint="Did the kernel take anything? Then what is still pending?",
)
def test_send_buffer_flush_tells_that_the_peer_is_gone(student, peers, nonce):
    """SendBuffer.flush raises ConnectionError if the peer is gone, and all stays pending."""
    buffer = student.SendBuffer(limit_bytes=100)
    buffer.append(nonce(70))
    with peers.resetting() as sock:
        wait_until_state(sock, "CLOSED")
        sock.setblocking(False)
        must_raise(ConnectionError, buffer.flush, sock)
        assert buffer.pending == 70


@check(
    points=2,
    misconception="close-closes",
    hint="A descriptor is one handle for the connection. Which call acts on the connection itself?",
)
def test_finish_sending_gives_the_peer_the_end_of_the_stream(student, peers, nonce):
    """finish_sending ends the stream for the peer, even if another descriptor is open."""
    message = nonce(30)
    with peers.playing(hear_until_end(), say(b"seen"), stall()) as sock, sock.dup():
        sock.sendall(message)
        student.finish_sending(sock)
        student.finish_sending(sock)
        with suppress(TimeoutError):
            kernel.wait_until(lambda: peers.last.sent, what="the word that follows the end")
        must_be_bytes(peers.heard, message)
        assert peers.last.sent == b"seen"


@check(
    points=2,
    misconception="eof-is-gone",
    needs="finish_sending_gives_the_peer_the_end_of_the_stream",
    hint="You have no more to say. Does that mean that you hear no more?",
)
def test_finish_sending_leaves_the_other_direction_open(student, peers, nonce):
    """finish_sending ends one direction only: what the peer answers can still be received."""
    answer = nonce(30)
    with peers.playing(hear_until_end(), say(answer), stall()) as sock, sock.dup() as other:
        student.finish_sending(sock)
        must_be_bytes(answer_at(other), answer)


@check(
    points=1,
    misconception="sent-is-read",
    needs="finish_sending_gives_the_peer_the_end_of_the_stream",
    hint="The peer has read nothing so far. Where are the bytes, and must you wait for them?",
)
def test_finish_sending_lets_what_was_sent_arrive(student, peers, nonce, background):
    """finish_sending returns at once, and what was sent before still arrives, then the end."""
    message = much(nonce, 60_000)
    with peers.playing(stall(), hear_until_end(), small_buffers=True) as sock:
        sock.sendall(message)
        background(student.finish_sending, sock).result(2)
        peers.last.release()
        must_end_well(peers)
        must_be_bytes(peers.heard, message)


@check(
    points=1,
    misconception="",
    needs="finish_sending_gives_the_peer_the_end_of_the_stream",
    hint="What does the kernel say if you shut down a connection that is no more?",
)
def test_finish_sending_to_a_peer_that_is_gone_is_no_error(student, peers):
    """finish_sending raises nothing if the peer has reset the connection."""
    with peers.resetting() as sock:
        wait_until_state(sock, "CLOSED")
        assert student.finish_sending(sock) is None


@check(
    points=2,
    misconception="sent-is-read",
    hint="send() returned, and nothing has been read. What would destroy it now?",
)
def test_close_gracefully_delivers_what_was_sent_before(student, peers, nonce, background):
    """close_gracefully loses nothing of what was sent and not yet read."""
    message = much(nonce, 60_000)
    with peers.playing(stall(), hear(60_000), close(), small_buffers=True) as sock:
        sock.sendall(message)
        call = background(student.close_gracefully, sock, 30)
        wait_a_little_for(call)
        peers.last.release()
        must_end_well(peers)
        must_be_bytes(peers.heard, message)
        call.result(2)


@check(
    points=2,
    misconception="timewait-server",
    needs="close_gracefully_delivers_what_was_sent_before",
    hint="The peer waits for your end before it sends its own. Who has to be first?",
)
def test_close_gracefully_is_the_first_to_end(student, peers, background):
    """close_gracefully sends its own end first, so TIME-WAIT falls on this side."""
    with peers.playing(expect_end(), close()) as sock:
        ours, theirs = sock.getsockname(), sock.getpeername()
        background(student.close_gracefully, sock, 30).result(2)
        must_end_well(peers)
        if kernel.has_proc():
            assert kernel.state_between(ours, theirs) == "TIME-WAIT"


@check(
    points=4,
    misconception="close-is-goodbye",
    needs="close_gracefully_delivers_what_was_sent_before",
    hint=HINT_LINGER,
)
def test_close_gracefully_lets_a_reply_survive_unread_input(student, journal, nonce, background):
    """close_gracefully lets a slow client read all of a reply, though 10 MiB of its own are unread.

    The client's small receive buffer keeps the end of the reply in the kernel of the server.
    """
    reply, got = much(nonce, 4 * 1024 * 1024), bytearray()
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BYTES)
        client.settimeout(3)
        client.connect(listener.getsockname())
        server, _ = listener.accept()
        with server:
            journal.record("client", "sends 10 MiB, which nobody reads")
            upload = background(client.sendall, bytes(10 * 1024 * 1024))
            sending = background(student.send_all, server, reply)
            while len(got) < len(reply) - 3 * SMALL_BYTES and (piece := client.recv(4_096)):
                got += piece
            sending.result(3)
            journal.record("you", f"send_all has returned: {len(reply):,} bytes")
            journal.record("client", f"has read {len(got):,} of them")
            journal.record("you", "close_gracefully")
            closing = background(student.close_gracefully, server, 30)
            wait_a_little_for(closing)
            journal.record("client", ending_of(client, got), note=f"after {len(got):,} bytes")
            journal.record("client", f"its upload has ended with: {error_of(upload)}")
            must_be_bytes(bytes(got), reply)
            client.close()
            closing.result(2)


@check(
    points=2,
    misconception="close-is-goodbye",
    needs="close_gracefully_lets_a_reply_survive_unread_input",
    hint=HINT_LINGER,
)
def test_close_gracefully_waits_for_a_peer_that_still_talks(student, peers, nonce, background):
    """close_gracefully reads on until the peer has ended, even if it is silent for a while."""
    last_words = much(nonce, 300_000)
    script = [hear_until_end(), pause(0.4), say(last_words), close()]
    with peers.playing(*script, small_buffers=True) as sock:
        sock.setblocking(False)
        call = background(student.close_gracefully, sock, 30)
        wait_a_little_for(call)
        must_end_well(peers)
        call.result(2)


@check(
    points=2,
    misconception="timeout-bounds-request",
    needs="close_gracefully_is_the_first_to_end",
    hint="A byte comes every 50 ms, for ever. When does your recv time out?",
)
def test_close_gracefully_is_bounded_in_total(student, peers, nonce, background):
    """close_gracefully returns when its time is up, though a byte comes every now and then."""
    with peers.playing(dribble(nonce(60), every_s=0.05)) as sock:
        background(student.close_gracefully, sock, 0.2).result(2)


@check(
    points=2,
    misconception="",
    needs=("close_gracefully_is_bounded_in_total", "send_all_sends_a_short_message"),
    hint="By how many ways can your function be left? Is the socket closed on each of them?",
)
def test_close_gracefully_closes_though_the_peer_never_ends(student, peers, background):
    """close_gracefully has closed the socket when its time is up and the peer has not ended."""
    with peers.playing(stall()) as sock:
        background(student.close_gracefully, sock, 0.05).result(2)
        must_be_closed(student, sock)


@check(
    points=2,
    misconception="",
    needs=("close_gracefully_is_the_first_to_end", "send_all_sends_a_short_message"),
    hint="The reset comes while you wait in recv. What does recv do, and what is left to do?",
)
def test_close_gracefully_survives_a_reset(student, peers, background):
    """close_gracefully raises nothing if the peer resets, before or meanwhile, and closes."""
    with peers.resetting() as sock:
        wait_until_state(sock, "CLOSED")
        background(student.close_gracefully, sock, 30).result(2)
        must_be_closed(student, sock)
    with peers.playing(expect_end(), reset()) as sock:
        background(student.close_gracefully, sock, 30).result(2)
        must_be_closed(student, sock)


@check(
    points=1,
    misconception="close-wakes",
    needs="close_gracefully_closes_though_the_peer_never_ends",
    hint="Another thread waits in recv. close() does not wake it. What does?",
)
def test_close_gracefully_wakes_who_waits_elsewhere(student, peers, background):
    """close_gracefully ends the connection: whoever else waits in recv gets b'' at last."""
    with peers.playing(stall()) as sock, sock.dup() as other:
        waiting = background(answer_at, other)
        background(student.close_gracefully, sock, 0.05).result(2)
        assert waiting.result(2) == b""
