"""Checks of lab 04: sending all, holding back with a bound, and closing without loss."""

import errno
import os
import time
from contextlib import contextmanager, suppress

from workbench import kernel
from workbench.checks import Difference, check, must_be_bytes, must_raise
from workbench.checks.evidence import NeverReturned
from workbench.peers import (
    close,
    dribble,
    endless_header,
    expect_end,
    half_close,
    hear,
    hear_until_end,
    never_read,
    pause,
    reset,
    say,
    stall,
)

PATIENCE_S = 0.1  # what a call gets that must not return yet
IDLE_CPU_S = 0.05  # the most that a call may use while it waits for ALONE_S
ALONE_S = 0.3

HINT_PART = "send() returned 65,536 of your 300,000 bytes. Where are the others now?"
HINT_ROOM = "What does a non-blocking send do when there is no room for a single byte?"


def much(nonce, count):
    """Fresh bytes in plenty, for less time than `nonce`: no buffer's size is a period of them."""
    return (nonce(9_973) * (count // 9_973 + 1))[:count]


@contextmanager
def noting_failure(peers):
    """The record of a failure shows where the check's own clean-up begins."""
    try:
        yield
    except BaseException:
        peers.journal.record("the check", "has failed", note="below is its clean-up")
        raise


@contextmanager
def playing(peers, *steps, **how):
    """As `peers.playing`, with a record that is easy to read where the check fails."""
    with peers.playing(*steps, **how) as sock, noting_failure(peers):
        yield sock


@contextmanager
def playing_to_two(peers, *steps):
    """As `playing`, and with a second descriptor for your end of the connection."""
    with peers.playing(*steps) as sock, sock.dup() as other, noting_failure(peers):
        yield sock, other


def hearing(peers):
    return playing(peers, hear_until_end())


def not_reading(peers):
    return playing(peers, never_read(), small_buffers=True)


def slowly_read(peers):
    """A peer that reads a piece now and then, and at last all that comes."""
    steps = [step for _ in range(4) for step in (hear(30_000), pause(0.002))]
    return playing(peers, *steps, hear_until_end(), small_buffers=True)


def heard(peers, count):
    """The first `count` bytes that the peer has read; what there is, if no more come."""
    with suppress(TimeoutError):
        kernel.wait_until(lambda: len(peers.heard) >= count, what=f"{count} bytes")
    return peers.heard[:count]


def wait_until_state(sock, state):
    kernel.wait_until(lambda: kernel.state(sock) == state, what=f"state {state}")


def wait_a_little_for(call, for_s=PATIENCE_S):
    """Give a call the time to return too early, if it does. What it raises is no matter here."""
    with suppress(NeverReturned, Exception):
        call.result(for_s)


def results_of_flush(buffer, sock):
    """What flush returns, again and again, until it is 0: then the kernel is full."""
    for _ in range(100):
        yield (taken := buffer.flush(sock))
        if not taken:
            return


def must_be(actual, expected, what):
    """Compare two numbers, and say which ones they are."""
    if type(actual) is not int or actual != expected:
        found = f"{actual:,}" if type(actual) is int else repr(actual)
        raise Difference(f"{what}: {expected:,}", found)


def must_idle(used_s):
    """A call that only waits leaves the CPU to others."""
    if used_s >= IDLE_CPU_S:
        expected = f"less than {IDLE_CPU_S:g} s of CPU time in {ALONE_S:g} s of waiting"
        raise Difference(expected, f"{used_s:.2f} s of CPU time")


def must_end_well(peers, promise):
    """The peer has come to the end of its script, and met no error on the way."""
    with suppress(TimeoutError):
        peers.last.wait(1)
    read, error = f"it has read {len(peers.heard):,} bytes", peers.last.error
    if error:
        raise Difference(promise, f"{read}, and then met {type(error).__name__}")
    if not peers.last.is_done:
        raise Difference(promise, f"{read}, and still waits")


def answer_at(sock):
    """What one recv returns there. `sock` is another descriptor for the student's own end."""
    sock.settimeout(1)
    try:
        return sock.recv(100)
    except TimeoutError:
        raise Difference("the other descriptor's recv returns", "it still waits") from None
    except OSError as error:
        raise Difference("the other descriptor's recv returns", f"it raised {error!r}") from None


def must_be_closed(student, sock):
    """A closed socket can't finish sending: EBADF."""
    try:
        student.finish_sending(sock)
    except OSError as error:
        if error.errno == errno.EBADF:
            return
    raise Difference("the socket is closed (EBADF)", "it is still open")


@check(points=1, misconception="", hint="Which method gives bytes to the kernel?")
def test_send_all_sends_a_short_message(student, peers, nonce):
    """send_all sends a short message."""
    message = nonce(30)
    with hearing(peers) as sock:
        student.send_all(sock, message)
        must_be_bytes(heard(peers, 30), message)


@check(
    points=1,
    misconception="",
    needs="send_all_sends_a_short_message",
    hint="What does send() return for nothing at all? What does your loop take that for?",
    symptoms=(RuntimeError,),  # "socket connection broken", as in Python's own HOWTO
)
def test_send_all_of_nothing_is_no_error(student, peers, nonce):
    """send_all sends nothing if there is nothing to send, and raises nothing."""
    message = nonce(30)
    with hearing(peers) as sock:
        student.send_all(sock, b"")
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
    with slowly_read(peers) as sock:
        sock.settimeout(3)
        student.send_all(sock, first)
        student.send_all(sock, second)  # so that whatever comes too often is seen before it
        must_be_bytes(heard(peers, 301_000), first + second)


@check(
    points=1,
    misconception="text-is-bytes",
    needs="send_all_sends_a_short_message",
    hint="How many bytes is 'é'? Who should decide that?",
)
def test_send_all_refuses_text(student, peers, nonce):
    """send_all raises TypeError for text: only its caller knows how to encode it."""
    with hearing(peers) as sock:
        must_raise(TypeError, student.send_all, sock, nonce(30).decode())


@check(
    points=1,
    misconception="full-is-zero",
    needs="send_all_sends_every_byte_once_to_a_slow_reader",
    hint=HINT_ROOM,
)
def test_send_all_is_not_stopped_by_a_full_buffer(student, peers, nonce):
    """send_all raises nothing where a non-blocking socket has no room for the moment."""
    with slowly_read(peers) as sock:
        sock.setblocking(False)
        student.send_all(sock, much(nonce, 300_000))


@check(
    points=1,
    misconception="errors-need-no-answer",
    needs="send_all_is_not_stopped_by_a_full_buffer",
    hint="There is no room now. Will there be some later? What is not yet sent then?",
)
def test_send_all_sends_every_byte_on_a_non_blocking_socket(student, peers, nonce):
    """send_all sends every byte on a non-blocking socket, too: it waits where there is no room."""
    message = much(nonce, 300_000)
    with slowly_read(peers) as sock:
        sock.setblocking(False)
        student.send_all(sock, message)
        must_be_bytes(heard(peers, len(message)), message)


@check(
    points=2,
    misconception="busy-is-waiting",
    needs="send_all_sends_every_byte_on_a_non_blocking_socket",
    hint="Nobody reads for a while. What does your loop do all that time?",
)
def test_send_all_does_not_spin_while_it_waits(student, peers, nonce, cpu_s):
    """send_all leaves the CPU to others while the peer does not read."""
    script = [pause(ALONE_S), hear_until_end()]
    with playing(peers, *script, small_buffers=True, recorded=False) as sock:
        sock.setblocking(False)
        before_s = cpu_s()
        student.send_all(sock, much(nonce, 200_000))
        must_idle(cpu_s() - before_s)


@check(
    points=1,
    misconception="",
    needs="send_all_sends_every_byte_on_a_non_blocking_socket",
    hint="Whoever gave you this socket wants to use it again. In which mode is it now?",
)
def test_send_all_leaves_a_non_blocking_socket_as_it_was(student, peers, nonce):
    """send_all leaves a non-blocking socket non-blocking, also where it had to wait for room."""
    script = [step for _ in range(4) for step in (hear(30_000), pause(0.002))]
    with playing(peers, *script, hear_until_end(), small_buffers=True) as sock, sock.dup() as other:
        sock.setblocking(False)  # that is a flag of the connection: all descriptors share it
        student.send_all(sock, much(nonce, 300_000))
        if os.get_blocking(other.fileno()):
            raise Difference("the socket is still non-blocking", "it blocks now")


@check(
    points=1,
    misconception="timeout-is-everywhere",
    needs="send_all_sends_every_byte_once_to_a_slow_reader",
    hint="Which of the calls in your loop knows of the socket's timeout? Who gets its error?",
)
def test_send_all_gives_up_after_the_timeout_of_the_socket(student, peers, nonce, background):
    """send_all raises TimeoutError if nobody reads for as long as the socket's timeout."""
    with not_reading(peers) as sock:
        sock.settimeout(0.1)
        call = background(student.send_all, sock, much(nonce, 300_000))
        must_raise(TimeoutError, call.result, 1)


@check(
    points=1,
    misconception="timeout-bounds-request",
    needs="send_all_gives_up_after_the_timeout_of_the_socket",
    hint="The peer reads slowly, but it reads. When does the time of the next wait begin?",
)
def test_send_all_may_take_longer_than_the_timeout_if_it_gets_on(student, peers, nonce):
    """send_all takes as long as it must while the peer reads on: each wait for room is bounded."""
    message = much(nonce, 300_000)
    for timeout_s in (0.2, 0.8):  # once more with more time, if this machine is very busy
        steps = [step for _ in range(6) for step in (pause(timeout_s / 4), hear(30_000))]
        with playing(peers, *steps, hear_until_end(), small_buffers=True) as sock:
            sock.settimeout(timeout_s)
            try:
                student.send_all(sock, message)
            except TimeoutError:
                continue
            return
    raise Difference(
        "it goes on, since there is room again before each wait is too long",
        f"it raised TimeoutError: it has waited for {timeout_s:g} s in all",
    )


@check(
    points=1,
    misconception="",
    needs="send_all_gives_up_after_the_timeout_of_the_socket",
    hint="Whose socket is it? Who may still want to use it after the error?",
)
def test_send_all_leaves_the_socket_open_when_it_gives_up(student, peers, nonce):
    """send_all does not close the socket after an error: that is for its caller to decide."""
    last = nonce(1_000)
    with playing(peers, stall(), hear_until_end(), small_buffers=True) as sock:
        sock.settimeout(0.1)
        must_raise(TimeoutError, student.send_all, sock, much(nonce, 300_000))
        peers.last.release()
        with suppress(TimeoutError):
            kernel.wait_until(lambda: len(peers.heard) > 40_000, what="room")
        try:
            student.send_all(sock, last)
        except OSError as error:
            raise Difference("the socket can still be used", f"{error}") from None
        kernel.wait_until(lambda: peers.heard.endswith(last), what="the last bytes")


@check(
    points=1,
    misconception="errors-need-no-answer",
    needs="send_all_sends_every_byte_once_to_a_slow_reader",
    hint="Your function returns None. What does its caller believe then?",
)
def test_send_all_tells_that_the_peer_is_gone(student, peers, nonce):
    """send_all raises ConnectionError if the peer is gone."""
    with playing(peers, reset()) as sock:
        wait_until_state(sock, "CLOSED")
        must_raise(ConnectionError, student.send_all, sock, nonce(30))


@check(
    points=1,
    misconception="dead-at-once",
    needs="send_all_tells_that_the_peer_is_gone",
    hint="Several sends went well. Does that say anything about the next one?",
)
def test_send_all_tells_that_the_peer_goes_away_in_the_middle(student, peers, nonce):
    """send_all raises ConnectionError if the peer goes away in the middle."""
    with playing(peers, hear(100_000), reset(), small_buffers=True) as sock:
        sock.settimeout(3)
        must_raise(ConnectionError, student.send_all, sock, much(nonce, 300_000))


@check(
    points=1,
    misconception="eof-is-gone",
    needs="send_all_sends_a_short_message",
    hint="The peer says nothing any more. Does it still listen?",
)
def test_send_all_still_sends_to_a_peer_that_has_finished_sending(student, peers, nonce):
    """send_all sends to a peer from which the end of the stream has come."""
    message = nonce(30)
    with playing(peers, half_close(), hear_until_end()) as sock:
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
    must_be(buffer.pending, 0, "pending in a new buffer")
    for size, total in ((5, 5), (300, 305), (2, 307)):
        buffer.append(nonce(size))
        must_be(buffer.pending, total, f"pending after {size} more bytes")


@check(
    points=1,
    misconception="",
    needs="send_buffer_counts_what_is_pending",
    hint="Does the limit say what append may take, or when the producer must stop?",
)
def test_send_buffer_append_takes_all_of_it(student, nonce):
    """SendBuffer.append takes each piece whole, even if the buffer is full."""
    buffer = student.SendBuffer(limit_bytes=10)
    for size, total in ((8, 8), (7, 15), (5, 20)):
        buffer.append(nonce(size))
        must_be(buffer.pending, total, f"pending after {size} more bytes (the limit is 10)")


@check(
    points=1,
    misconception="text-is-bytes",
    needs="send_buffer_counts_what_is_pending",
    hint="How many bytes is 'é'? Who should decide that?",
)
def test_send_buffer_append_refuses_text(student, nonce):
    """SendBuffer.append raises TypeError for text."""
    must_raise(TypeError, student.SendBuffer(limit_bytes=10).append, nonce(5).decode())


@check(
    points=1,
    misconception="bytes-need-no-bound",
    needs="send_buffer_append_takes_all_of_it",
    hint="The producer asks is_full before each piece. When must it hear True?",
)
def test_send_buffer_becomes_full(student, nonce):
    """SendBuffer is not full at first, and is full when much more than its limit is pending."""
    buffer = student.SendBuffer(limit_bytes=10)
    if buffer.is_full is not False:
        raise Difference("a new buffer's is_full is False", repr(buffer.is_full))
    buffer.append(nonce(30))
    if buffer.is_full is not True:
        expected = "is_full is True with 30 bytes pending and a limit of 10"
        raise Difference(expected, repr(buffer.is_full))


@check(
    points=1,
    misconception="",
    needs="send_buffer_becomes_full",
    hint="A limit of 10 bytes: is it full with 9? With 10?",
)
def test_send_buffer_is_full_from_its_limit_on(student, nonce):
    """SendBuffer is full when as many bytes are pending as its limit says, or more."""
    buffer = student.SendBuffer(limit_bytes=10)
    for size, total, full in ((9, 9, False), (1, 10, True), (1, 11, True)):
        buffer.append(nonce(size))
        if buffer.is_full is not full:
            expected = f"is_full is {full} with {total} bytes pending and a limit of 10"
            raise Difference(expected, repr(buffer.is_full))


@check(
    points=2,
    misconception="",
    needs="send_buffer_counts_what_is_pending",
    hint="Three pieces are pending and all would fit. How many does one flush send?",
)
def test_send_buffer_flush_sends_in_order_what_was_appended(student, peers, nonce):
    """SendBuffer.flush sends all that fits, in order, and returns how many bytes that was."""
    pieces = [nonce(size) for size in (10, 1, 500)]
    buffer = student.SendBuffer(limit_bytes=10_000)
    with hearing(peers) as sock:
        sock.setblocking(False)
        for piece in pieces:
            buffer.append(piece)
        must_be(buffer.flush(sock), 511, "flush returns the number of bytes that were taken")
        must_be(buffer.pending, 0, "pending after all was taken")
        must_be(buffer.flush(sock), 0, "flush returns, if nothing is pending")
        must_be_bytes(heard(peers, 511), b"".join(pieces))


@check(
    points=1,
    misconception="",
    needs="send_buffer_flush_sends_in_order_what_was_appended",
    hint="How many bytes do you offer to send()? Who knows best how many fit?",
)
def test_send_buffer_flush_offers_all_that_is_pending(student, peers, nonce):
    """SendBuffer.flush gives the kernel as much as it takes, and not just a piece of it."""
    buffer, size = student.SendBuffer(limit_bytes=500_000), 150_000
    buffer.append(much(nonce, size))
    with playing(peers, never_read()) as other:  # how much does a kernel like this one take?
        other.setblocking(False)
        room = other.send(bytes(size))
    with playing(peers, never_read()) as sock:
        sock.setblocking(False)
        if room == size:
            must_be(buffer.flush(sock), size, "flush returns, where there is room for all")


@check(
    points=1,
    misconception="two-writers-fine",
    needs="send_buffer_flush_sends_in_order_what_was_appended",
    hint="The peer reads only after it has got something from you. Who goes first?",
)
def test_send_buffer_flush_returns_though_nobody_reads(student, peers, nonce, background):
    """SendBuffer.flush never blocks: it comes back even if the peer does not read."""
    buffer = student.SendBuffer(limit_bytes=100_000)
    buffer.append(much(nonce, 400_000))
    with not_reading(peers) as sock:
        sock.setblocking(False)
        with suppress(BlockingIOError):  # that is for the next check
            background(buffer.flush, sock).result(1)


@check(
    points=1,
    misconception="full-is-zero",
    needs="send_buffer_flush_returns_though_nobody_reads",
    hint=HINT_ROOM,
)
def test_send_buffer_flush_is_not_stopped_by_a_full_kernel(student, peers, nonce):
    """SendBuffer.flush raises nothing when the kernel has no room."""
    buffer = student.SendBuffer(limit_bytes=100_000)
    buffer.append(much(nonce, 400_000))
    with not_reading(peers) as sock:
        sock.setblocking(False)
        for _ in results_of_flush(buffer, sock):
            pass


@check(
    points=2,
    misconception="send-takes-all",
    needs="send_buffer_flush_is_not_stopped_by_a_full_kernel",
    hint=HINT_PART,
)
def test_send_buffer_flush_keeps_what_the_kernel_did_not_take(student, peers, nonce):
    """SendBuffer.flush returns the size of the part that was taken, and the rest stays pending."""
    buffer = student.SendBuffer(limit_bytes=100_000)
    buffer.append(much(nonce, 400_000))
    total = 0
    with not_reading(peers) as sock:
        sock.setblocking(False)
        for taken in results_of_flush(buffer, sock):
            if type(taken) is not int or not 0 <= taken < 400_000:
                expected = "flush returns how much was taken: a part of 400,000 bytes, or 0"
                raise Difference(expected, repr(taken))
            total += taken
            must_be(buffer.pending, 400_000 - total, f"still pending, when {total:,} were taken")
    must_be(taken, 0, "flush returns, when the kernel has no room")


@check(
    points=3,
    misconception="",
    needs="send_buffer_flush_keeps_what_the_kernel_did_not_take",
    hint="After each flush: which byte must be the first one of the next?",
)
def test_send_buffer_loses_nothing_to_a_slow_reader(student, peers, nonce):
    """SendBuffer gives a slow reader every byte, once and in order, over many flushes."""
    message = much(nonce, 300_000)
    buffer = student.SendBuffer(limit_bytes=100_000)
    buffer.append(message[:200_000])
    flushed = 0
    with playing(peers, hear_until_end(), small_buffers=True) as sock:
        sock.setblocking(False)
        flushed += buffer.flush(sock)
        buffer.append(message[200_000:])
        while flushed < len(message):
            must_be_bytes(heard(peers, flushed), message[:flushed])  # now there is room again
            flushed += buffer.flush(sock)
        must_be(buffer.pending, 0, "pending after all was taken")
        must_be_bytes(heard(peers, len(message)), message)


@check(
    points=2,
    misconception="bytes-need-no-bound",
    needs=(
        "send_buffer_becomes_full",
        "send_buffer_flush_keeps_what_the_kernel_did_not_take",
    ),
    hint="The producer asks is_full before each piece. When must it hear True?",
)
def test_send_buffer_bounds_what_waits_for_a_peer_that_does_not_read(student, peers, nonce):
    """SendBuffer stops its producer: at most its limit and one piece wait in memory."""
    buffer, piece = student.SendBuffer(limit_bytes=50_000), nonce(9_000)
    produced = 0
    with not_reading(peers) as sock:
        sock.setblocking(False)
        while produced < 2_000_000 and not buffer.is_full:
            buffer.append(piece)
            produced += len(piece)
            buffer.flush(sock)
        if (waiting := buffer.pending) >= 59_000:
            raise Difference(
                "is_full stops the producer (limit 50,000, pieces of 9,000)",
                f"{waiting:,} bytes are pending",
            )


@check(
    points=1,
    misconception="",
    needs=("send_buffer_becomes_full", "send_buffer_flush_sends_in_order_what_was_appended"),
    hint="What was full is being read now. Who tells the producer?",
)
def test_send_buffer_is_not_full_for_ever(student, peers, nonce):
    """SendBuffer is no longer full when a flush has left fewer bytes than its limit."""
    buffer = student.SendBuffer(limit_bytes=30)
    buffer.append(nonce(40))
    with hearing(peers) as sock:
        sock.setblocking(False)
        if buffer.is_full is not True:
            raise Difference("is_full is True with 40 bytes pending and a limit of 30", "False")
        buffer.flush(sock)
        if buffer.is_full is not False:
            raise Difference("is_full is False when nothing is pending", repr(buffer.is_full))
    buffer, limit = student.SendBuffer(limit_bytes=399_999), 399_999
    buffer.append(much(nonce, 400_000))
    with not_reading(peers) as sock:
        sock.setblocking(False)
        buffer.flush(sock)  # so much does not fit: a part stays
        if (pending := buffer.pending) < limit and buffer.is_full is not False:
            expected = f"is_full is False with {pending:,} bytes pending and a limit of {limit:,}"
            raise Difference(expected, repr(buffer.is_full))


@check(
    points=1,
    misconception="errors-need-no-answer",
    needs="send_buffer_flush_sends_in_order_what_was_appended",
    hint="Your flush returned a number. What does its caller believe then?",
)
def test_send_buffer_flush_tells_that_the_peer_is_gone(student, peers, nonce):
    """SendBuffer.flush raises ConnectionError if the peer is gone."""
    buffer = student.SendBuffer(limit_bytes=100)
    buffer.append(nonce(70))
    with playing(peers, reset()) as sock:
        wait_until_state(sock, "CLOSED")
        sock.setblocking(False)
        must_raise(ConnectionError, buffer.flush, sock)


@check(
    points=1,
    misconception="",
    needs="send_buffer_flush_tells_that_the_peer_is_gone",
    hint="In which line do the bytes leave your buffer: before send() may fail, or after it?",
)
def test_send_buffer_flush_keeps_what_it_could_not_send(student, peers, nonce):
    """SendBuffer.flush leaves everything pending if it raises: nothing was taken."""
    buffer = student.SendBuffer(limit_bytes=100)
    buffer.append(nonce(70))
    with playing(peers, reset()) as sock:
        wait_until_state(sock, "CLOSED")
        sock.setblocking(False)
        must_raise(ConnectionError, buffer.flush, sock)
        must_be(buffer.pending, 70, "still pending, since nothing was taken")


@check(
    points=2,
    misconception="",
    hint="shutdown() takes one of three words. Which direction is yours?",
)
def test_finish_sending_gives_the_peer_the_end_of_the_stream(student, peers, nonce, background):
    """finish_sending ends the stream: the peer reads what was sent, and then the end."""
    message = nonce(30)
    with playing(peers, hear_until_end(), close()) as sock:
        sock.sendall(message)
        background(student.finish_sending, sock).result(1)
        must_end_well(peers, "the peer reads 30 bytes, and then the end of the stream")
        must_be_bytes(peers.heard, message)


@check(
    points=1,
    misconception="close-closes",
    needs="finish_sending_gives_the_peer_the_end_of_the_stream",
    hint="A descriptor is one handle for the connection. Which call acts on the connection itself?",
)
def test_finish_sending_counts_for_all_descriptors(student, peers, nonce):
    """finish_sending ends the stream even if there is another descriptor for the connection."""
    with playing_to_two(peers, hear_until_end(), close()) as (sock, _):
        sock.sendall(nonce(30))
        student.finish_sending(sock)
        must_end_well(peers, "the peer reads 30 bytes, and then the end of the stream")


@check(
    points=1,
    misconception="other-end-first",
    needs="finish_sending_counts_for_all_descriptors",
    hint="The peer has read your end, and has more to say itself. Must you wait for that?",
)
def test_finish_sending_does_not_wait_for_the_peer_to_finish(student, peers, nonce, background):
    """finish_sending returns at once, and does not wait until the peer has finished, too."""
    with playing(peers, hear_until_end(), stall()) as sock:
        background(student.finish_sending, sock).result(1)


@check(
    points=1,
    misconception="eof-is-gone",
    needs="finish_sending_does_not_wait_for_the_peer_to_finish",
    hint="You have no more to say. Does that mean that you hear no more?",
)
def test_finish_sending_leaves_the_other_direction_open(student, peers, nonce):
    """finish_sending ends one direction only: what the peer answers can still be received."""
    answer = nonce(30)
    with playing_to_two(peers, hear_until_end(), say(answer), stall()) as (sock, other):
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
    with playing(peers, stall(), hear_until_end(), small_buffers=True) as sock:
        sock.sendall(message)
        background(student.finish_sending, sock).result(1)
        peers.last.release()
        must_end_well(peers, "the peer reads 60,000 bytes, and then the end of the stream")
        must_be_bytes(peers.heard, message)


@check(
    points=1,
    misconception="",
    needs="finish_sending_gives_the_peer_the_end_of_the_stream",
    hint="What does the kernel say if you shut down a connection that is no more?",
)
def test_finish_sending_to_a_peer_that_is_gone_is_no_error(student, peers):
    """finish_sending raises nothing if it is done twice, or if the peer has reset."""
    with hearing(peers) as sock:
        student.finish_sending(sock)
        student.finish_sending(sock)
    with playing(peers, reset()) as sock:
        wait_until_state(sock, "CLOSED")
        student.finish_sending(sock)


@check(
    points=1,
    misconception="",
    needs="finish_sending_gives_the_peer_the_end_of_the_stream",
    hint="Which errno is no error here? And all the others?",
)
def test_finish_sending_on_a_closed_socket_is_an_error(student, peers):
    """finish_sending raises OSError (EBADF) if the socket is closed: only ENOTCONN is harmless."""
    with hearing(peers) as sock:
        sock.close()
        must_raise(OSError, student.finish_sending, sock, code=errno.EBADF)


@check(
    points=1,
    misconception="",
    needs=(
        "finish_sending_gives_the_peer_the_end_of_the_stream",
        "finish_sending_on_a_closed_socket_is_an_error",
    ),
    hint="Which of your calls can raise? In which mode is the socket?",
)
def test_close_gracefully_closes_and_raises_nothing(student, peers, background):
    """close_gracefully closes the socket, in whatever mode it is, and raises nothing."""
    for timeout_s in (None, 0.01, 0):
        with playing(peers, pause(0.03), hear_until_end(), close()) as sock:
            sock.settimeout(timeout_s)
            background(student.close_gracefully, sock, 0.2).result(1)
            must_be_closed(student, sock)


@check(
    points=1,
    misconception="sent-is-read",
    needs="close_gracefully_closes_and_raises_nothing",
    hint="send() returned, and nothing has been read. What would destroy it now?",
)
def test_close_gracefully_delivers_what_was_sent_before(student, peers, nonce, background):
    """close_gracefully loses nothing of what was sent and not yet read."""
    message = much(nonce, 60_000)
    with playing(peers, stall(), hear(60_000), close(), small_buffers=True) as sock:
        sock.sendall(message)
        wait_a_little_for(background(student.close_gracefully, sock, 30))
        peers.last.release()
        must_end_well(peers, "the peer reads all 60,000 bytes")
        must_be_bytes(peers.heard, message)


@check(
    points=1,
    misconception="other-end-first",
    needs="close_gracefully_closes_and_raises_nothing",
    hint="The peer waits for your end before it sends its own. Who has to be first?",
)
def test_close_gracefully_is_the_first_to_end(student, peers, background):
    """close_gracefully sends its own end first, and then waits for the peer's."""
    with playing(peers, expect_end(), close()) as sock:
        background(student.close_gracefully, sock, 30)
        must_end_well(peers, "the peer reads the end of the stream, and then closes")


@check(
    points=4,
    misconception="close-is-goodbye",
    needs=(
        "close_gracefully_delivers_what_was_sent_before",
        "close_gracefully_is_the_first_to_end",
    ),
    hint="The peer has sent something that nobody has read. What does close() do then?",
)
def test_close_gracefully_lets_a_reply_survive_unread_input(student, peers, nonce, background):
    """close_gracefully lets a slow client read all of a reply, though its own input is unread."""
    script = [say(nonce(20_000)), stall(), hear(60_000), close()]
    with playing(peers, *script, small_buffers=True) as sock:
        kernel.wait_until(lambda: kernel.unread(sock) == 20_000, what="input")
        sock.sendall(much(nonce, 60_000))
        wait_a_little_for(background(student.close_gracefully, sock, 30))
        peers.last.release()
        must_end_well(peers, "the peer reads all 60,000 bytes of the reply")


@check(
    points=1,
    misconception="timewait-server",
    needs="close_gracefully_lets_a_reply_survive_unread_input",
    hint="What must happen here so that no TIME-WAIT remains? Is that graceful?",
)
def test_close_gracefully_leaves_time_wait_on_this_side(student, peers, background):
    """close_gracefully ends without a reset, so TIME-WAIT remains on this side."""
    with playing(peers, expect_end(), stall(), close()) as sock:
        ours, theirs = sock.getsockname(), sock.getpeername()
        wait_a_little_for(background(student.close_gracefully, sock, 30))
        peers.last.release()
        must_end_well(peers, "the peer closes in its own time")
        if kernel.has_proc():
            state = kernel.state_between(ours, theirs)
            if state != "TIME-WAIT":
                raise Difference("the kernel's state of this end: TIME-WAIT", state)


@check(
    points=1,
    misconception="sleep-is-waiting",
    needs="close_gracefully_lets_a_reply_survive_unread_input",
    hint="The peer has ended after some milliseconds. How could you learn that?",
)
def test_close_gracefully_returns_when_the_peer_has_ended(student, peers, nonce, background):
    """close_gracefully waits no longer than it must: it returns when the peer has ended."""
    with playing(peers, say(nonce(30)), hear_until_end(), close()) as sock:
        background(student.close_gracefully, sock, 30).result(1)


@check(
    points=1,
    misconception="busy-is-waiting",
    needs="close_gracefully_returns_when_the_peer_has_ended",
    hint="Nothing comes for a while. What does your loop do all that time?",
)
def test_close_gracefully_does_not_spin_while_it_waits(student, peers, background, cpu_s):
    """close_gracefully leaves the CPU to others while it waits for the peer."""
    with playing(peers, stall(), recorded=False) as sock:
        before_s = cpu_s()
        wait_a_little_for(background(student.close_gracefully, sock, ALONE_S), 1)
        must_idle(cpu_s() - before_s)


@check(
    points=2,
    misconception="quiet-is-the-end",
    needs="close_gracefully_returns_when_the_peer_has_ended",
    hint="There is nothing to read at the moment. Will there be more? What says that it is over?",
)
def test_close_gracefully_waits_for_a_peer_that_still_talks(student, peers, nonce, background):
    """close_gracefully reads on until the peer has ended, even if it is silent for a while."""
    script = [hear_until_end(), stall(), say(much(nonce, 200_000)), close()]
    with playing(peers, *script, small_buffers=True) as sock:
        sock.settimeout(None)
        wait_a_little_for(background(student.close_gracefully, sock, 30), ALONE_S)
        peers.last.release()
        must_end_well(peers, "the peer can say all that it still has to say, and then close")


@check(
    points=1,
    misconception="",
    needs="close_gracefully_waits_for_a_peer_that_still_talks",
    hint="Who sets the mode in which your recv waits: you, or whoever used the socket before?",
)
def test_close_gracefully_waits_in_whatever_mode_the_socket_is(student, peers, nonce, background):
    """close_gracefully waits for the peer's end on a non-blocking socket, too."""
    script = [hear_until_end(), stall(), say(much(nonce, 200_000)), close()]
    with playing(peers, *script, small_buffers=True) as sock:
        sock.setblocking(False)
        wait_a_little_for(background(student.close_gracefully, sock, 30))
        peers.last.release()
        must_end_well(peers, "the peer can say all that it still has to say, and then close")


@check(
    points=2,
    misconception="timeout-bounds-request",
    needs="close_gracefully_lets_a_reply_survive_unread_input",
    hint="A byte comes now and then, for ever. When does your recv time out?",
)
def test_close_gracefully_is_bounded_in_total(student, peers, nonce, background):
    """close_gracefully returns when its time of 0.3 s is up, though a byte comes each 0.15 s."""
    with playing(peers, dribble(nonce(10), every_s=0.15)) as sock:
        begun_s = time.monotonic()
        call = background(student.close_gracefully, sock, 0.3)
        with suppress(OSError, ValueError):  # how it ends is for the next check
            call.result(1.2)
            if (took_s := time.monotonic() - begun_s) < 0.25:
                raise Difference("it reads for 0.3 s", f"it has returned after {took_s:.3f} s")


@check(
    points=1,
    misconception="",
    needs="close_gracefully_is_bounded_in_total",
    hint="Your recv waits, and nothing comes at all. Who ends that wait when the time is up?",
)
def test_close_gracefully_returns_though_nothing_comes(student, peers, background):
    """close_gracefully returns when its time is up, though nothing comes, in whatever mode."""
    for timeout_s in (None, 30, 0):
        with playing(peers, stall()) as sock:
            sock.settimeout(timeout_s)
            call = background(student.close_gracefully, sock, 0.05)
            with suppress(OSError, ValueError):  # how it ends is for the next checks
                call.result(1)


@check(
    points=1,
    misconception="",
    needs="close_gracefully_returns_though_nothing_comes",
    hint="How much time is left when a recv has returned? May settimeout() get that?",
    symptoms=(ValueError,),  # settimeout() with less than nothing
)
def test_close_gracefully_raises_nothing_though_the_peer_talks_for_ever(student, peers, background):
    """close_gracefully raises nothing if the peer still sends, without a pause, when time is up."""
    with playing(peers, endless_header(b""), recorded=False) as sock:
        background(student.close_gracefully, sock, 0.05).result(1)
        must_be_closed(student, sock)


@check(
    points=1,
    misconception="sent-is-read",
    needs="close_gracefully_returns_though_nothing_comes",
    hint="The time is up, and the peer has read nothing so far. Where are your bytes?",
)
def test_close_gracefully_destroys_nothing_when_its_time_is_up(student, peers, nonce, background):
    """close_gracefully lets what is on its way arrive, though its time is up before."""
    message = much(nonce, 60_000)
    with playing(peers, stall(), hear(60_000), close(), small_buffers=True) as sock:
        sock.sendall(message)
        background(student.close_gracefully, sock, 0.05).result(1)
        peers.last.release()
        must_end_well(peers, "the peer reads all 60,000 bytes")
        must_be_bytes(peers.heard, message)


@check(
    points=2,
    misconception="",
    needs="close_gracefully_returns_though_nothing_comes",
    hint="By how many ways can your function be left? Is the socket closed on each of them?",
)
def test_close_gracefully_closes_though_the_peer_never_ends(student, peers, background):
    """close_gracefully has closed the socket when its time is up and the peer has not ended."""
    with playing(peers, stall()) as sock:
        background(student.close_gracefully, sock, 0.05).result(1)
        must_be_closed(student, sock)


@check(
    points=1,
    misconception="",
    needs="close_gracefully_closes_though_the_peer_never_ends",
    hint="How much time is left after the first line of your function? May settimeout() get that?",
    symptoms=(ValueError,),  # settimeout() with less than nothing
)
def test_close_gracefully_with_no_time_at_all_closes_at_once(student, peers, background):
    """close_gracefully with a timeout of 0 does not wait, raises nothing, and closes."""
    with playing(peers, stall()) as sock:
        background(student.close_gracefully, sock, 0).result(1)
        must_be_closed(student, sock)


@check(
    points=2,
    misconception="",
    needs="close_gracefully_lets_a_reply_survive_unread_input",
    hint="The reset comes while you wait in recv. What does recv do, and what is left to do?",
)
def test_close_gracefully_survives_a_reset(student, peers, background):
    """close_gracefully raises nothing if the peer resets, before or meanwhile, and closes."""
    with playing(peers, reset()) as sock:
        wait_until_state(sock, "CLOSED")
        background(student.close_gracefully, sock, 30).result(1)
        must_be_closed(student, sock)
    with playing(peers, expect_end(), reset()) as sock:
        background(student.close_gracefully, sock, 30).result(1)
        must_be_closed(student, sock)


@check(
    points=1,
    misconception="close-wakes",
    needs="close_gracefully_closes_though_the_peer_never_ends",
    hint="Another thread waits in recv. close() does not wake it. What does?",
)
def test_close_gracefully_wakes_who_waits_elsewhere(student, peers, background):
    """close_gracefully ends the connection: another thread that waits in recv gets b''."""
    with playing_to_two(peers, stall()) as (sock, other):
        waiting = background(answer_at, other)
        background(student.close_gracefully, sock, 0.05).result(1)
        if (got := waiting.result(2)) != b"":
            raise Difference("the waiting recv returns b''", f"it returned {got!r}")
