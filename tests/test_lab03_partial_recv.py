"""Checks of lab 03: messages out of a stream, whatever the pieces in which it comes."""

import reprlib
from contextlib import suppress

from workbench.checks import Difference, check, must_be_bytes, must_raise
from workbench.kernel import wait_until
from workbench.peers import endless_header, reset, say, stall
from workbench.peers.unread import unread_at_other_end

CRLF = b"\r\n"
BLANK_LINE = b"\r\n\r\n"
ALL = 10**9  # take_at_most(ALL): everything that a buffer holds
ROOMY = 10_000  # a limit that no message of these checks comes near
QUICK_S = 1.5  # of processor time: right code takes 0.04, who searches from the front 9

HINT_NOT_YET = "Which value means 'not yet', and which one means 'the end'? Are they the same?"
HINT_END = "What does recv return at the end of the stream, and what will it return next time?"
HINT_NEXT = "Two messages may stand in the buffer at once: where does the second one go?"
HINT_LIMIT = "Which bytes does `limit` count, and when can you be sure that it is exceeded?"
HINT_OPEN = "Who will use this socket next? Who should close it, then?"


class WrongType(Exception):
    """What came back can't be compared. A slip of the pen, to which no belief leads."""


class Told:
    """A student's buffer that tells, where a check fails, what was done with it before."""

    def __init__(self, student):
        self.buffer = student.ReceiveBuffer()
        self._calls = []

    def feed(self, data):
        self._calls.append(f"feed({reprlib.repr(data)})")
        self.buffer.feed(data)

    def gives(self, expected, method, *args, strictly=False):
        """The method returns `expected`: `strictly`, a bytearray is not as good as bytes."""
        call = f"{method}({', '.join(map(repr, args))})"
        answer = getattr(self.buffer, method)(*args)
        if answer != expected or (strictly and type(answer) is not type(expected)):
            raise Difference(
                f"{call} returns {reprlib.repr(expected)}{self._before()}",
                f"it returned {reprlib.repr(answer)}",
            )
        self._calls.append(call)

    def holds(self, count):
        if len(self.buffer) != count:
            raise Difference(f"{count} bytes{self._before()}", f"len() says {len(self.buffer)}")

    def raises(self, error, method, *args):
        call = f"{method}({', '.join(map(repr, args))})"
        try:
            returned = getattr(self.buffer, method)(*args)
        except error as raised:
            self._calls.append(call)
            return raised
        raise Difference(
            f"{call} raises {error.__name__}{self._before()}", f"it returned {returned!r}"
        )

    def _before(self):
        shown = ["…", *self._calls[-6:]] if len(self._calls) > 6 else self._calls
        return f", after {', '.join(shown)}" if shown else ", with nothing in the buffer"


def must_be(actual, expected):
    """Compares where None, say, can only be a slip: a return that is missing."""
    if not isinstance(actual, bytes | bytearray | str):
        raise WrongType(f"it is {reprlib.repr(actual)}, and not bytes")
    assert actual == expected


def must_fail(error, function, *args):
    """The call raises `error`; to return it is a slip."""

    def call():
        returned = function(*args)
        if isinstance(returned, Exception):
            raise WrongType(f"it is {returned!r}, which must be raised, not returned")
        return returned

    return must_raise(error, call)


def must_have_counted(error, received, wanted):
    """Both numbers of an EndOfStream."""
    if (error.received, error.wanted) != (received, wanted):
        raise Difference(
            f"EndOfStream with received = {received} and wanted = {wanted}",
            f"it had received = {error.received} and wanted = {error.wanted}",
        )


def must_still_hold(buffer, data, after):
    """The buffer holds just these bytes after something has happened."""
    held = buffer.take_at_most(ALL)
    if held != data:
        raise Difference(
            f"the {len(data)} bytes that had come are in the buffer after {after}",
            f"{len(held)} were there",
        )


def send(theirs, data):
    """Send from the peer's end, and wait until it has arrived at yours (Linux)."""
    theirs.sendall(data)
    wait_until(lambda: unread_at_other_end(theirs) in (len(data), None), what="data to arrive")


# recv_exactly


@check(
    points=1,
    misconception="text-is-bytes",
    hint="Which type does recv return? Does a picture survive decode()?",
    symptoms=(TypeError,),  # "" += b"x"
)
def test_recv_exactly_returns_the_bytes_that_were_sent(student, peers, nonce):
    """recv_exactly returns bytes, and any bytes, not only those that are text."""
    data = nonce(20) + b"\x00\xff\xc3"
    with peers.ending(data) as sock:
        must_be(student.recv_exactly(sock, len(data)), data)


@check(
    points=1,
    misconception="text-is-bytes",
    needs="recv_exactly_returns_the_bytes_that_were_sent",
    hint="How many bytes are the ten characters 'éééééééééé'?",
)
def test_recv_exactly_counts_bytes_and_not_characters(student, peers, nonce):
    """recv_exactly counts bytes: an é is two of them."""
    data = nonce(5) + "é".encode() * 10
    with peers.ending(data) as sock:
        must_be(student.recv_exactly(sock, 25), data)


@check(
    points=1,
    misconception="close-ends-message",
    needs="recv_exactly_returns_the_bytes_that_were_sent",
    hint="The peer has said all and waits for your answer: what ends your loop?",
    limit_s=2,
)
def test_recv_exactly_does_not_wait_for_the_close(student, peers, nonce):
    """recv_exactly returns when it has all its bytes, though the connection stays open."""
    with peers.saying(nonce(40)) as sock:
        must_be(student.recv_exactly(sock, 40), peers.sent)


@check(
    points=1,
    misconception="",
    needs="recv_exactly_does_not_wait_for_the_close",
    hint=HINT_OPEN,
)
def test_recv_exactly_leaves_the_socket_open(student, peers, nonce):
    """recv_exactly does not close the socket: one can read the next message from it."""
    sock, theirs = peers.pair()
    for message in (nonce(10), nonce(10)):
        send(theirs, message)
        must_be(student.recv_exactly(sock, 10), message)


@check(
    points=2,
    misconception="recv-fills-n",
    needs="recv_exactly_does_not_wait_for_the_close",
    hint="You asked recv for a million bytes: how many did you get, and what then?",
)
def test_recv_exactly_collects_a_big_message(student, peers, nonce):
    """recv_exactly reads on until it has every one of a million bytes."""
    data = nonce(1000) * 1000
    with peers.playing(say(data), stall(), small_buffers=True) as sock:
        must_be_bytes(student.recv_exactly(sock, len(data)), data)


@check(
    points=2,
    misconception="frames-decide",
    needs="recv_exactly_collects_a_big_message",
    hint="Must a message of 30 bytes come in one piece because it fits into one frame?",
)
def test_recv_exactly_collects_a_small_message_too(student, peers, nonce):
    """recv_exactly reads on for a small message, too, when it comes byte by byte."""
    with peers.dribbling(nonce(30), size=1) as sock:
        must_be(student.recv_exactly(sock, 30), peers.sent)


@check(
    points=1,
    misconception="",
    needs="recv_exactly_collects_a_small_message_too",
    hint="bytes can't be changed, a bytearray can. Which one does your caller get?",
)
def test_recv_exactly_returns_bytes_and_no_bytearray(student, peers, nonce):
    """recv_exactly returns `bytes`, whatever type it used to collect them."""
    with peers.saying(nonce(20)) as sock:
        returned = student.recv_exactly(sock, 20)
    if type(returned) is not bytes:
        raise Difference("the type bytes", f"it is the type {type(returned).__name__}")


@check(
    points=1,
    misconception="one-send-one-recv",
    needs="recv_exactly_does_not_wait_for_the_close",
    hint="Forty bytes have come, ten are yours. How many does your recv ask for?",
)
def test_recv_exactly_returns_no_more_than_it_was_asked_for(student, peers, nonce):
    """recv_exactly returns `count` bytes, and no more, when a second message has come as well."""
    first, second = nonce(10), nonce(30)
    with peers.saying(first + second) as sock:
        must_be(student.recv_exactly(sock, 10), first)


@check(
    points=1,
    misconception="rest-goes-back",
    needs="recv_exactly_returns_no_more_than_it_was_asked_for",
    hint="If you ask recv for more than is missing, whose bytes do you get?",
)
def test_recv_exactly_leaves_the_next_message_alone(student, peers, nonce, background):
    """recv_exactly takes none of the bytes after its own: they are there for the next call."""
    first, second = nonce(10), nonce(30)
    with peers.ending(first + second) as sock:
        must_be(student.recv_exactly(sock, 10), first)
        must_be(student.recv_exactly(sock, 30), second)
    sock, theirs = peers.pair()
    send(theirs, first[:4])
    call = background(student.recv_exactly, sock, 10)
    wait_until(lambda: not unread_at_other_end(theirs), what="the first 4 bytes to be read")
    theirs.sendall(first[4:] + second)
    must_be(call.result(4), first)
    must_be(student.recv_exactly(sock, 30), second)


@check(
    points=1,
    misconception="empty-is-not-yet",
    needs="recv_exactly_returns_the_bytes_that_were_sent",
    hint=HINT_END,
    limit_s=2,
)
def test_recv_exactly_ends_when_the_stream_does(student, peers, nonce):
    """recv_exactly comes back when the stream ends too early: it does not ask for ever."""
    with peers.ending(nonce(7)) as sock, suppress(EOFError):
        student.recv_exactly(sock, 30)


@check(
    points=1,
    misconception="part-is-a-message",
    needs="recv_exactly_ends_when_the_stream_does",
    hint="Seven bytes came and then the end, thirty were promised: is that a message?",
)
def test_recv_exactly_raises_when_the_stream_ends_too_early(student, peers, nonce):
    """recv_exactly raises EndOfStream if the stream ends too early."""
    with peers.ending(nonce(7)) as sock:
        must_fail(student.EndOfStream, student.recv_exactly, sock, 30)


@check(
    points=1,
    misconception="",
    needs="recv_exactly_raises_when_the_stream_ends_too_early",
    hint="Five bytes are wanted and none has come: can your caller take b'' for a message of five?",
)
def test_recv_exactly_raises_when_nothing_comes_at_all(student, peers):
    """recv_exactly raises EndOfStream also if the stream ends before the first of its bytes."""
    with peers.ending() as sock:
        must_fail(student.EndOfStream, student.recv_exactly, sock, 5)


@check(
    points=1,
    misconception="",
    needs="recv_exactly_raises_when_nothing_comes_at_all",
    hint="EndOfStream(received, wanted): which one is how many had come?",
)
def test_recv_exactly_tells_how_much_had_come(student, peers, nonce):
    """recv_exactly says in EndOfStream how many bytes had come, and how many were wanted."""
    with peers.ending(nonce(7)) as sock:
        error = must_fail(student.EndOfStream, student.recv_exactly, sock, 30)
        must_have_counted(error, received=7, wanted=30)
        error = must_fail(student.EndOfStream, student.recv_exactly, sock, 5)
        must_have_counted(error, received=0, wanted=5)


@check(
    points=1,
    misconception="broken-is-ended",
    needs="recv_exactly_raises_when_the_stream_ends_too_early",
    hint="Which exceptions do you catch? Is a reset an end that the peer meant?",
)
def test_recv_exactly_lets_a_reset_through(student, peers, nonce):
    """recv_exactly lets ConnectionResetError through: a reset is no end of the stream."""
    with peers.playing(say(nonce(7)), reset()) as sock:
        must_fail(ConnectionResetError, student.recv_exactly, sock, 30)


@check(
    points=1,
    misconception="",
    needs="recv_exactly_ends_when_the_stream_does",
    hint="The caller has set a timeout. What is it good for if your function goes on all the same?",
    limit_s=2,
)
def test_recv_exactly_comes_back_when_the_timeout_has_passed(student, peers, nonce):
    """recv_exactly waits no longer than its socket's timeout: it does not ask again by itself."""
    with peers.saying(nonce(7)) as sock, suppress(EOFError, TimeoutError):
        sock.settimeout(0.05)
        student.recv_exactly(sock, 30)


@check(
    points=1,
    misconception="empty-is-not-yet",
    needs=(
        "recv_exactly_raises_when_the_stream_ends_too_early",
        "recv_exactly_comes_back_when_the_timeout_has_passed",
    ),
    hint="The socket has a timeout, and it has passed. Will the peer never send again?",
)
def test_recv_exactly_lets_a_timeout_through(student, peers, nonce):
    """recv_exactly lets TimeoutError through: a peer that is late has not ended."""
    with peers.saying(nonce(7)) as sock:
        sock.settimeout(0.05)
        must_fail(TimeoutError, student.recv_exactly, sock, 30)


@check(
    points=1,
    misconception="",
    needs="recv_exactly_returns_the_bytes_that_were_sent",
    hint="Nothing is wanted: must you call recv at all?",
    limit_s=2,
)
def test_recv_exactly_of_nothing_reads_nothing(student, peers):
    """recv_exactly(sock, 0) is b"" at once, though the peer says nothing."""
    with peers.saying(b"") as sock:
        must_be(student.recv_exactly(sock, 0), b"")


# ReceiveBuffer.feed and take_exactly


@check(
    points=1,
    misconception="one-send-one-recv",
    hint="What becomes of the bytes of the first feed when the second one comes?",
)
def test_feed_adds_to_what_is_there(student, nonce):
    """feed adds its bytes at the end of those that are there, whatever their number."""
    data = nonce(30)
    buffer = Told(student)
    for start, stop in ((0, 1), (1, 17), (17, 30)):
        buffer.feed(data[start:stop])
        buffer.holds(stop)
    buffer.gives(data, "take_at_most", 30)


@check(
    points=1,
    misconception="text-is-bytes",
    needs="feed_adds_to_what_is_there",
    hint="Can you decode the first half of an 'é'? Are the spaces at an end yours to remove?",
    symptoms=(TypeError,),
)
def test_feed_keeps_every_byte_as_it_is(student, nonce):
    """feed changes nothing: half a character, zeros, spaces and line ends are kept."""
    pieces = [nonce(3) + b"\xc3", b"\xa9\x00", b" \r\n", b"\n\t "]
    buffer = Told(student)
    for piece in pieces:
        buffer.feed(piece)
    buffer.gives(b"".join(pieces), "take_at_most", 12)


@check(
    points=1,
    misconception="",
    needs="feed_adds_to_what_is_there",
    hint="What should be different in the buffer when no bytes were added?",
)
def test_feed_of_nothing_changes_nothing(student, nonce):
    """feed(b"") changes nothing, and is no error."""
    data = nonce(8)
    buffer = Told(student)
    for piece in (b"", data, b""):
        buffer.feed(piece)
    buffer.gives(data, "take_at_most", 8)


@check(
    points=1,
    misconception="empty-is-not-yet",
    needs="feed_adds_to_what_is_there",
    hint=HINT_NOT_YET,
)
def test_take_exactly_of_an_empty_buffer_is_none(student):
    """take_exactly is None, and not b"", while nothing is there: not yet."""
    Told(student).gives(None, "take_exactly", 5)


@check(
    points=1,
    misconception="part-is-a-message",
    needs="take_exactly_of_an_empty_buffer_is_none",
    hint="Three of five bytes are there: is that the message?",
)
def test_take_exactly_is_none_until_all_is_there(student, nonce):
    """take_exactly is None until the last byte of the message is there."""
    data = nonce(5)
    buffer = Told(student)
    for piece in (data[:3], data[3:4]):
        buffer.feed(piece)
        buffer.gives(None, "take_exactly", 5)


@check(
    points=1,
    misconception="",
    needs="take_exactly_is_none_until_all_is_there",
    hint="You said 'not yet'. Where are the three bytes now that had come?",
)
def test_take_exactly_takes_nothing_as_long_as_it_is_none(student, nonce):
    """take_exactly leaves all in the buffer when it is None, for the next time it is asked."""
    data = nonce(5)
    buffer = Told(student)
    buffer.feed(data[:3])
    buffer.gives(None, "take_exactly", 5)
    buffer.feed(data[3:])
    buffer.gives(data, "take_exactly", 5)


@check(
    points=1,
    misconception="",
    needs="take_exactly_takes_nothing_as_long_as_it_is_none",
    hint="What you return: who removes it from the buffer?",
)
def test_take_exactly_takes_each_byte_once(student, nonce):
    """take_exactly returns bytes, and removes what it returns from the buffer."""
    data = nonce(8)
    buffer = Told(student)
    buffer.feed(data)
    buffer.gives(data, "take_exactly", 8, strictly=True)
    buffer.gives(None, "take_exactly", 1)


@check(
    points=2,
    misconception="one-send-one-recv",
    needs="take_exactly_takes_each_byte_once",
    hint=HINT_NEXT,
)
def test_take_exactly_leaves_the_rest(student, nonce):
    """take_exactly leaves in the buffer what comes after its message."""
    data = nonce(12)
    buffer = Told(student)
    buffer.feed(data)
    buffer.gives(data[:4], "take_exactly", 4)
    buffer.gives(data[4:], "take_exactly", 8)


@check(
    points=1,
    misconception="",
    needs="take_exactly_of_an_empty_buffer_is_none",
    hint="How many bytes are missing for a message of no bytes?",
)
def test_take_exactly_of_nothing_is_there_at_once(student, nonce):
    """take_exactly(0) is b"", and not None, whatever the buffer holds."""
    buffer = Told(student)
    buffer.gives(b"", "take_exactly", 0)
    buffer.feed(nonce(3))
    buffer.gives(b"", "take_exactly", 0)


@check(
    points=1,
    misconception="one-send-one-recv",
    needs="take_exactly_leaves_the_rest",
    hint="Does anything in your buffer depend on where one feed ends and the next begins?",
)
def test_take_exactly_is_the_same_at_every_split(student, nonce):
    """take_exactly gives the same messages wherever the stream was cut in two."""
    data = nonce(12)
    for at in range(len(data) + 1):
        buffer, taken = student.ReceiveBuffer(), []
        for piece in (data[:at], data[at:]):
            buffer.feed(piece)
            while len(taken) < 3 and (message := buffer.take_exactly(4)) is not None:
                taken.append(message)
        if taken != [data[:4], data[4:8], data[8:]]:
            cut = f"feed({data[:at]!r}), feed({data[at:]!r})"
            raise Difference(f"three messages of 4 bytes from {cut}", f"it gave {taken}")


@check(
    points=1,
    misconception="copying-is-free",
    needs="take_exactly_leaves_the_rest",
    hint="Three bytes are taken from 16 MiB: how many bytes does your code copy?",
    limit_s=4,
)
def test_take_exactly_from_a_big_buffer_does_not_copy_the_rest(student, nonce, in_a_row):
    """take_exactly costs no more in a big buffer: 8,000 small takes from 16 MiB are quick."""
    data = nonce(1024) * (16 * 1024)
    buffer = student.ReceiveBuffer()
    buffer.feed(data)
    taken = in_a_row([(buffer, "take_exactly", 3)] * 8_000)
    must_be_bytes(b"".join(taken), data[:24_000])


# ReceiveBuffer.take_until


@check(
    points=1,
    misconception="",
    needs="feed_adds_to_what_is_there",
    hint="Does the delimiter belong to the message? Which type is it that you return?",
)
def test_take_until_returns_the_message_with_its_delimiter(student, nonce):
    """take_until takes all up to the delimiter, and the delimiter, and returns it as bytes."""
    line = nonce(10) + CRLF
    buffer = Told(student)
    buffer.feed(line)
    buffer.gives(line, "take_until", CRLF, ROOMY, strictly=True)
    buffer.holds(0)


@check(
    points=1,
    misconception="empty-is-not-yet",
    needs="take_until_returns_the_message_with_its_delimiter",
    hint=HINT_NOT_YET,
)
def test_take_until_is_none_before_the_delimiter_comes(student, nonce):
    """take_until is None, and takes nothing, until the delimiter is there."""
    line = nonce(10) + CRLF
    buffer = Told(student)
    buffer.gives(None, "take_until", CRLF, ROOMY)
    buffer.feed(line[:6])
    buffer.gives(None, "take_until", CRLF, ROOMY)
    buffer.feed(line[6:])
    buffer.gives(line, "take_until", CRLF, ROOMY)


@check(
    points=2,
    misconception="one-send-one-recv",
    needs="take_until_returns_the_message_with_its_delimiter",
    hint=HINT_NEXT,
)
def test_take_until_leaves_the_rest(student, nonce):
    """take_until takes one message of two, an empty one too, and leaves the rest."""
    first, second, rest = nonce(10) + CRLF, CRLF, nonce(4)
    buffer = Told(student)
    buffer.feed(first + second + rest)
    buffer.gives(first, "take_until", CRLF, ROOMY)
    buffer.gives(second, "take_until", CRLF, ROOMY)
    buffer.gives(None, "take_until", CRLF, ROOMY)
    buffer.gives(rest, "take_at_most", 4)


@check(
    points=1,
    misconception="",
    needs="take_until_is_none_before_the_delimiter_comes",
    hint="One byte is there, the delimiter has four: from which place will you search next time?",
)
def test_take_until_may_be_asked_very_early(student, nonce):
    """take_until may be asked when fewer bytes are there than the delimiter has."""
    message, rest = nonce(6) + BLANK_LINE, nonce(10)
    buffer = Told(student)
    buffer.feed(message[:1])
    buffer.gives(None, "take_until", BLANK_LINE, ROOMY)
    buffer.feed(message[1:] + rest)
    buffer.gives(message, "take_until", BLANK_LINE, ROOMY)


@check(
    points=2,
    misconception="one-send-one-recv",
    needs="take_until_is_none_before_the_delimiter_comes",
    hint="A \\r is the last byte of one piece, a \\n the first of the next: where do you search?",
)
def test_take_until_finds_a_delimiter_that_comes_in_two_pieces(student, nonce):
    """take_until finds a delimiter of four bytes wherever it was cut, if asked in between too."""
    message = nonce(6) + b"\r\n\r" + nonce(2) + BLANK_LINE
    for at in range(1, len(message)):
        buffer = Told(student)
        buffer.feed(message[:at])
        buffer.gives(None, "take_until", BLANK_LINE, ROOMY)
        buffer.feed(message[at:])
        buffer.gives(message, "take_until", BLANK_LINE, ROOMY)


@check(
    points=2,
    misconception="one-send-one-recv",
    needs="take_until_finds_a_delimiter_that_comes_in_two_pieces",
    hint="What does your buffer remember of the last piece, and what of all those before it?",
)
def test_take_until_finds_a_delimiter_that_comes_byte_by_byte(student, nonce):
    r"""take_until finds a \r\n\r\n that comes byte by byte, after some that are not whole."""
    message = nonce(3) + b"\r\r\n\r\r\n\r\n"
    buffer = Told(student)
    for byte in message[:-1]:
        buffer.feed(bytes([byte]))
        buffer.gives(None, "take_until", BLANK_LINE, ROOMY)
    buffer.feed(message[-1:])
    buffer.gives(message, "take_until", BLANK_LINE, ROOMY)


@check(
    points=1,
    misconception="",
    needs="take_until_finds_a_delimiter_that_comes_in_two_pieces",
    hint="Two connections have a buffer each. Where does each keep how far it has searched?",
)
def test_take_until_knows_nothing_of_another_buffer(student, nonce):
    """take_until of one buffer gives the same, whatever another one has been asked."""
    line = nonce(5) + CRLF
    busy, fresh = Told(student), Told(student)
    busy.feed(nonce(50))
    busy.gives(None, "take_until", CRLF, ROOMY)
    fresh.feed(line + nonce(30))
    fresh.gives(line, "take_until", CRLF, ROOMY)


@check(
    points=1,
    misconception="",
    needs="take_until_finds_a_delimiter_that_comes_in_two_pieces",
    hint="You searched those bytes before; for what?",
)
def test_take_until_searches_all_for_another_delimiter(student, nonce):
    """take_until searches from the front if it is asked for another delimiter than before."""
    line = nonce(10) + CRLF
    buffer = Told(student)
    buffer.feed(line + nonce(20))
    buffer.gives(None, "take_until", BLANK_LINE, ROOMY)
    buffer.gives(line, "take_until", CRLF, ROOMY)
    buffer = Told(student)
    buffer.feed(CRLF + nonce(20))
    buffer.gives(None, "take_until", BLANK_LINE, ROOMY)
    buffer.gives(CRLF, "take_until", CRLF, ROOMY)


@check(
    points=1,
    misconception="",
    needs="take_until_finds_a_delimiter_that_comes_in_two_pieces",
    hint="When bytes leave at the front, where is the place now at which you stopped searching?",
)
def test_take_until_searches_all_that_came_after_a_take(student, nonce):
    """take_until misses no delimiter after take_exactly has taken bytes at the front."""
    data, line = nonce(20), nonce(2) + CRLF
    buffer = Told(student)
    buffer.feed(data)
    buffer.gives(None, "take_until", CRLF, ROOMY)
    buffer.gives(data, "take_exactly", 20)
    buffer.feed(line + nonce(30))
    buffer.gives(line, "take_until", CRLF, ROOMY)


@check(
    points=2,
    misconception="",
    needs="take_until_finds_a_delimiter_that_comes_in_two_pieces",
    hint="Your method took a message. At which place does the search for the next one begin?",
)
def test_take_until_finds_a_short_message_after_a_long_one(student, nonce):
    """take_until misses no delimiter after it has taken a message itself."""
    first, second = nonce(8) + CRLF, nonce(1) + CRLF
    buffer = Told(student)
    buffer.feed(first[:8])
    buffer.gives(None, "take_until", CRLF, ROOMY)
    buffer.feed(first[8:] + second)
    buffer.gives(first, "take_until", CRLF, ROOMY)
    buffer.gives(second, "take_until", CRLF, ROOMY)


@check(
    points=1,
    misconception="every-line-ends",
    needs="take_until_is_none_before_the_delimiter_comes",
    hint="The peer never sends a line end: what becomes of your memory?",
    symptoms=(ValueError,),
)
def test_take_until_refuses_a_message_without_end(student, nonce):
    """take_until raises LimitExceeded if twice `limit` bytes are there without the delimiter."""
    buffer = Told(student)
    buffer.feed(nonce(200))
    buffer.raises(student.LimitExceeded, "take_until", CRLF, 100)


@check(
    points=1,
    misconception="",
    needs="take_until_refuses_a_message_without_end",
    hint="A hundred bytes without the delimiter: can any message of a hundred bytes come of them?",
    symptoms=(ValueError,),
)
def test_take_until_refuses_it_at_the_last_byte_of_the_limit(student, nonce):
    """take_until raises LimitExceeded as soon as `limit` bytes are there, and takes nothing."""
    data = nonce(100)
    buffer = Told(student)
    buffer.feed(data[:99])
    buffer.gives(None, "take_until", CRLF, 100)
    buffer.feed(data[99:])
    buffer.raises(student.LimitExceeded, "take_until", CRLF, 100)
    must_still_hold(buffer.buffer, data, after="LimitExceeded")


@check(
    points=1,
    misconception="",
    needs="take_until_refuses_it_at_the_last_byte_of_the_limit",
    hint="The same message in one piece and in ten: do you give the same answer to both?",
)
def test_take_until_has_the_same_limit_for_any_pieces(student, nonce):
    """take_until refuses a message that is too long, even if its delimiter is there already."""
    buffer = Told(student)
    buffer.feed(nonce(500) + CRLF)
    buffer.raises(student.LimitExceeded, "take_until", CRLF, 100)


@check(
    points=1,
    misconception="",
    needs="take_until_has_the_same_limit_for_any_pieces",
    hint=HINT_LIMIT,
    symptoms=(ValueError,),
)
def test_take_until_counts_the_delimiter_too(student, nonce):
    """take_until permits a message of just `limit` bytes, delimiter included; no longer one."""
    line = nonce(10) + CRLF
    buffer = Told(student)
    buffer.feed(line)
    error = buffer.raises(student.LimitExceeded, "take_until", CRLF, 11)
    if error.limit != 11:
        raise Difference("LimitExceeded(11)", f"it was LimitExceeded({error.limit!r})")
    buffer.gives(line, "take_until", CRLF, 12)


@check(
    points=1,
    misconception="text-is-bytes",
    needs="take_until_counts_the_delimiter_too",
    hint="How many bytes are the ten characters 'éééééééééé'?",
    symptoms=(ValueError,),
)
def test_take_until_counts_bytes_and_not_characters(student, nonce):
    """take_until's limit counts bytes: an é is two of them."""
    line = "é".encode() * 10 + nonce(5) + CRLF
    buffer = Told(student)
    buffer.feed(line)
    buffer.raises(student.LimitExceeded, "take_until", CRLF, len(line) - 1)
    buffer.gives(line, "take_until", CRLF, len(line))


@check(
    points=1,
    misconception="",
    needs=("take_until_refuses_a_message_without_end", "take_until_leaves_the_rest"),
    hint="The buffer holds a hundred short messages: is any of them too long?",
    symptoms=(ValueError,),  # LimitExceeded is one
)
def test_take_until_limits_the_message_and_not_the_buffer(student, nonce):
    """take_until takes a short message from a buffer that holds much more than `limit` bytes."""
    line = nonce(8) + CRLF
    buffer = Told(student)
    buffer.feed(line * 100)
    buffer.gives(line, "take_until", CRLF, 20)


@check(
    points=1,
    misconception="copying-is-free",
    needs="take_until_finds_a_delimiter_that_comes_in_two_pieces",
    hint="How often does your code look at the first byte of a message that comes in 4,000 pieces?",
    limit_s=15,  # what counts is processor time: on a busy machine it takes ten times as long
)
def test_take_until_does_not_search_the_same_bytes_again_and_again(student, in_a_row, cpu_s):
    """take_until goes on where it stopped: 2 MB in 4,000 pieces, asked after each, are quick."""
    piece = b"\r" * 512
    buffer = student.ReceiveBuffer()
    calls = [(buffer, "feed", piece), (buffer, "take_until", BLANK_LINE, 100_000_000)]
    begun_s = cpu_s()
    for done in range(500, 4_001, 500):
        answers = in_a_row(calls * 500)
        assert set(answers[1::2]) == {None}
        used_s = cpu_s() - begun_s
        if used_s > QUICK_S:
            expected = f"4,000 pieces take less than {QUICK_S:g} s of processor time"
            raise Difference(expected, f"the first {done:,} took {used_s:.1f} s")


# recv_until


@check(
    points=1,
    misconception="close-ends-message",
    needs="take_until_leaves_the_rest",
    hint="The peer has said all and waits for your answer: what ends your loop?",
    limit_s=2,
)
def test_recv_until_does_not_wait_for_the_close(student, peers, nonce):
    """recv_until returns when the delimiter has come, though the connection stays open."""
    with peers.saying(nonce(10) + CRLF) as sock:
        must_be(student.recv_until(sock, student.ReceiveBuffer(), CRLF, ROOMY), peers.sent)


@check(
    points=1,
    misconception="one-send-one-recv",
    needs="take_until_leaves_the_rest",
    hint="A whole message is in the buffer, and the peer waits for your answer: why recv?",
    limit_s=2,
)
def test_recv_until_looks_into_the_buffer_first(student, peers, nonce):
    """recv_until does not read at all if a whole message is in the buffer."""
    line = nonce(10) + CRLF
    with peers.saying(b"") as sock:
        buffer = student.ReceiveBuffer()
        buffer.feed(line)
        must_be(student.recv_until(sock, buffer, CRLF, ROOMY), line)


@check(
    points=2,
    misconception="one-send-one-recv",
    needs="take_until_is_none_before_the_delimiter_comes",
    hint="take_until says None: what do you do then, and how often?",
)
def test_recv_until_reads_until_the_delimiter(student, peers, nonce):
    """recv_until reads on, in pieces of any size, until the delimiter has come."""
    with peers.dribbling(nonce(20) + BLANK_LINE, size=1) as sock:
        buffer = student.ReceiveBuffer()
        assert student.recv_until(sock, buffer, BLANK_LINE, ROOMY) == peers.sent


@check(
    points=1,
    misconception="",
    needs="recv_until_reads_until_the_delimiter",
    hint=HINT_OPEN,
)
def test_recv_until_leaves_the_socket_open(student, peers, nonce):
    """recv_until does not close the socket: one can read the next message from it."""
    sock, theirs = peers.pair()
    buffer = student.ReceiveBuffer()
    for line in (nonce(10) + CRLF, nonce(10) + CRLF):
        send(theirs, line)
        must_be(student.recv_until(sock, buffer, CRLF, ROOMY), line)


@check(
    points=2,
    misconception="one-send-one-recv",
    needs="recv_until_reads_until_the_delimiter",
    hint="What recv gave you beyond the first message: where is it when you are called again?",
    limit_s=2,
)
def test_recv_until_keeps_what_came_after_the_message(student, peers, nonce):
    """recv_until gives three messages that came at once, one for each call."""
    lines = [nonce(10) + CRLF, CRLF, nonce(15) + CRLF]
    with peers.saying(b"".join(lines)) as sock:
        buffer = student.ReceiveBuffer()
        for line in lines:
            must_be(student.recv_until(sock, buffer, CRLF, ROOMY), line)


@check(
    points=1,
    misconception="empty-is-not-yet",
    needs="recv_until_reads_until_the_delimiter",
    hint=HINT_END,
    limit_s=2,
)
def test_recv_until_ends_when_the_stream_does(student, peers, nonce):
    """recv_until comes back when the stream ends before the delimiter: it does not ask for ever."""
    with peers.ending(nonce(7)) as sock, suppress(EOFError):
        student.recv_until(sock, student.ReceiveBuffer(), CRLF, ROOMY)


@check(
    points=1,
    misconception="part-is-a-message",
    needs="recv_until_ends_when_the_stream_does",
    hint="Half a line and then the end: how does your caller know that it is only a half?",
)
def test_recv_until_raises_when_the_stream_ends_in_a_message(student, peers, nonce):
    """recv_until raises EndOfStream if the stream ends in the middle of a message."""
    with peers.ending(nonce(7)) as sock:
        buffer = student.ReceiveBuffer()
        must_fail(student.EndOfStream, student.recv_until, sock, buffer, CRLF, ROOMY)


@check(
    points=1,
    misconception="",
    needs="recv_until_ends_when_the_stream_does",
    hint="The peer has said all that it wanted to, and ends: is anything wrong?",
)
def test_recv_until_takes_a_clean_end_for_no_error(student, peers, nonce):
    """recv_until raises nothing if the stream ends after a whole message."""
    line = nonce(10) + CRLF
    with peers.ending(line) as sock:
        buffer = student.ReceiveBuffer()
        must_be(student.recv_until(sock, buffer, CRLF, ROOMY), line)
        student.recv_until(sock, buffer, CRLF, ROOMY)


@check(
    points=1,
    misconception="empty-is-not-yet",
    needs="recv_until_takes_a_clean_end_for_no_error",
    hint=HINT_NOT_YET,
)
def test_recv_until_is_empty_at_a_clean_end(student, peers):
    """recv_until returns b"", and not None, if the stream ends and nothing has come."""
    with peers.ending() as sock:
        buffer = student.ReceiveBuffer()
        assert student.recv_until(sock, buffer, CRLF, ROOMY) == b""


@check(
    points=2,
    misconception="every-line-ends",
    needs="recv_until_reads_until_the_delimiter",
    hint=HINT_LIMIT,
    limit_s=2,
)
def test_recv_until_gives_up_at_the_limit(student, peers):
    """recv_until raises LimitExceeded if the peer sends a head that never ends."""
    with peers.playing(endless_header()) as sock:
        buffer = student.ReceiveBuffer()
        must_fail(student.LimitExceeded, student.recv_until, sock, buffer, BLANK_LINE, 1000)


@check(
    points=2,
    misconception="",
    needs=(
        "recv_until_gives_up_at_the_limit",
        "recv_until_keeps_what_came_after_the_message",
    ),
    hint="The limit is 100, and 60 bytes are in the buffer: how many may you ask recv for?",
)
def test_recv_until_never_holds_more_than_the_limit(student, peers, nonce):
    """recv_until never has more than `limit` bytes in the buffer, however much has come."""
    line = nonce(58) + CRLF
    sock, theirs = peers.pair()
    send(theirs, line * 20)
    buffer = student.ReceiveBuffer()
    for _ in range(3):
        must_be(student.recv_until(sock, buffer, CRLF, 100), line)
        if len(line) + len(buffer) > 100:
            raise Difference(
                "100 bytes in the buffer at the most, since that is the limit",
                f"{len(line) + len(buffer)} were there: a line of 60, and {len(buffer)} after it",
            )


@check(
    points=1,
    misconception="",
    needs="recv_until_raises_when_the_stream_ends_in_a_message",
    hint="How much of the message has come, in all calls together? Where is it now?",
)
def test_recv_until_keeps_what_had_come_when_it_raises(student, peers, nonce):
    """recv_until counts in EndOfStream all that had come of the message, and leaves it there."""
    half = nonce(7)
    with peers.ending(half[3:]) as sock:
        buffer = student.ReceiveBuffer()
        buffer.feed(half[:3])  # an earlier call received this, and was ended by a timeout, say
        error = must_fail(student.EndOfStream, student.recv_until, sock, buffer, CRLF, ROOMY)
    must_have_counted(error, received=7, wanted=None)
    must_still_hold(buffer, half, after="EndOfStream")


@check(
    points=1,
    misconception="",
    needs="recv_until_keeps_what_had_come_when_it_raises",
    hint=HINT_OPEN,
)
def test_recv_until_leaves_the_socket_open_when_it_raises(student, peers, nonce):
    """recv_until closes no socket by LimitExceeded or EndOfStream: one can ask again."""
    line = nonce(20) + CRLF
    with peers.saying(line) as sock:
        buffer = student.ReceiveBuffer()
        must_fail(student.LimitExceeded, student.recv_until, sock, buffer, CRLF, 10)
        must_be(student.recv_until(sock, buffer, CRLF, ROOMY), line)
    with peers.ending(nonce(7)) as sock:
        buffer = student.ReceiveBuffer()
        for _ in range(2):
            must_fail(student.EndOfStream, student.recv_until, sock, buffer, CRLF, ROOMY)


@check(
    points=1,
    misconception="",
    needs="recv_until_ends_when_the_stream_does",
    hint="Nothing is there, and recv says so. Who may want to do something else meanwhile?",
    limit_s=2,
)
def test_recv_until_comes_back_when_nothing_is_there(student, peers, nonce):
    """recv_until waits no longer than its socket does: it does not ask again by itself."""
    sock, theirs = peers.pair()
    buffer = student.ReceiveBuffer()
    for timeout_s in (0, 0.05):
        send(theirs, nonce(9))
        sock.settimeout(timeout_s)
        with suppress(BlockingIOError, TimeoutError, EOFError):
            student.recv_until(sock, buffer, CRLF, ROOMY)


@check(
    points=1,
    misconception="empty-is-not-yet",
    needs="recv_until_comes_back_when_nothing_is_there",
    hint="Which exceptions of recv say 'nothing yet'? Who should hear of that?",
    limit_s=2,
)
def test_recv_until_says_nothing_yet_as_recv_does(student, peers, nonce):
    """recv_until lets BlockingIOError and TimeoutError through: nothing has come yet."""
    sock, theirs = peers.pair()
    buffer = student.ReceiveBuffer()
    for timeout_s, error in ((0, BlockingIOError), (0.05, TimeoutError)):
        send(theirs, nonce(9))
        sock.settimeout(timeout_s)
        must_fail(error, student.recv_until, sock, buffer, CRLF, ROOMY)


@check(
    points=1,
    misconception="",
    needs="recv_until_says_nothing_yet_as_recv_does",
    hint="An exception leaves your function. What had come by then: where is it?",
    limit_s=2,
)
def test_recv_until_can_go_on_after_nothing_yet(student, peers, nonce):
    """recv_until loses nothing by BlockingIOError: called again, it goes on."""
    line = nonce(20) + CRLF
    sock, theirs = peers.pair()
    sock.setblocking(False)
    buffer = student.ReceiveBuffer()
    send(theirs, line[:9])
    must_fail(BlockingIOError, student.recv_until, sock, buffer, CRLF, ROOMY)
    send(theirs, line[9:])
    must_be(student.recv_until(sock, buffer, CRLF, ROOMY), line)


@check(
    points=1,
    misconception="broken-is-ended",
    needs="recv_until_ends_when_the_stream_does",
    hint="Which exceptions do you catch? Is a reset an end that the peer meant?",
)
def test_recv_until_lets_a_reset_through(student, peers):
    """recv_until lets ConnectionResetError through: a reset is no end of the stream."""
    with peers.playing(reset()) as sock:
        buffer = student.ReceiveBuffer()
        must_fail(ConnectionResetError, student.recv_until, sock, buffer, CRLF, ROOMY)


# recv_line


@check(
    points=1,
    misconception="",
    needs="take_until_leaves_the_rest",
    hint="Does the CRLF belong to what is returned? And what would an empty line be without it?",
)
def test_recv_line_returns_the_line_with_its_crlf(student, peers, nonce):
    """recv_line returns a line with the CRLF at its end."""
    line = nonce(20) + CRLF
    with peers.saying(line) as sock:
        must_be(student.recv_line(sock, student.ReceiveBuffer(), ROOMY), line)


@check(
    points=1,
    misconception="one-send-one-recv",
    needs="recv_line_returns_the_line_with_its_crlf",
    hint="How many lines can come in one recv, and how many recvs can one line need?",
    limit_s=2,
)
def test_recv_line_gives_a_line_for_each_call(student, peers, nonce):
    """recv_line gives one line after the other when they came at once."""
    lines = [nonce(20) + CRLF, nonce(1) + CRLF, b"\xff\xc3 " + nonce(5) + CRLF]
    with peers.saying(b"".join(lines)) as sock:
        buffer = student.ReceiveBuffer()
        for line in lines:
            must_be(student.recv_line(sock, buffer, ROOMY), line)


@check(
    points=1,
    misconception="",
    needs="recv_line_gives_a_line_for_each_call",
    hint="An empty line ends the head of a message in HTTP. How does your caller hear of it?",
    limit_s=2,
)
def test_recv_line_gives_an_empty_line_too(student, peers, nonce):
    r"""recv_line gives an empty line as b"\r\n": it does not skip it."""
    line = nonce(10) + CRLF
    with peers.saying(CRLF + line) as sock:
        buffer = student.ReceiveBuffer()
        must_be(student.recv_line(sock, buffer, ROOMY), CRLF)
        must_be(student.recv_line(sock, buffer, ROOMY), line)


@check(
    points=1,
    misconception="line-ends-at-lf",
    needs="recv_line_gives_a_line_for_each_call",
    hint="Which two bytes end a line on the wire? Which ones end it in a text file?",
)
def test_recv_line_ends_at_crlf_alone(student, peers, nonce):
    r"""recv_line ends at \r\n, not at an \n or an \r that stands alone."""
    line = nonce(5) + b"\n" + nonce(5) + b"\r" + nonce(5) + CRLF
    with peers.saying(line) as sock:
        must_be(student.recv_line(sock, student.ReceiveBuffer(), ROOMY), line)


@check(
    points=1,
    misconception="",
    needs="recv_line_ends_at_crlf_alone",
    hint="An \\r stands alone, and an \\n somewhere behind it: is that the end of a line?",
)
def test_recv_line_does_not_end_at_an_lf_behind_a_cr(student, peers, nonce):
    r"""recv_line ends at \r\n as a whole, not at an \r and then an \n with something between."""
    line = nonce(5) + b"\r" + nonce(5) + b"\n" + nonce(5) + CRLF
    with peers.saying(line) as sock:
        must_be(student.recv_line(sock, student.ReceiveBuffer(), ROOMY), line)


@check(
    points=1,
    misconception="one-send-one-recv",
    needs="recv_line_gives_a_line_for_each_call",
    hint="Where were the pieces cut, and what does your code make of it?",
)
def test_recv_line_is_right_for_any_pieces(student, peers, nonce):
    """recv_line gives the same lines when they come in random pieces."""
    lines = [nonce(count) + CRLF for count in (7, 0, 21, 1)]
    with peers.splitting(b"".join(lines), pieces=12) as sock:
        buffer = student.ReceiveBuffer()
        for line in lines:
            must_be(student.recv_line(sock, buffer, ROOMY), line)


@check(
    points=1,
    misconception="every-line-ends",
    needs="recv_line_gives_a_line_for_each_call",
    hint="Who made sure that `limit` holds for a line, too?",
    limit_s=2,
)
def test_recv_line_refuses_a_line_that_is_too_long(student, peers, nonce):
    """recv_line raises LimitExceeded for a line of ten times `limit` bytes."""
    with peers.saying(nonce(200) + CRLF) as sock:
        must_fail(student.LimitExceeded, student.recv_line, sock, student.ReceiveBuffer(), 20)


@check(
    points=1,
    misconception="",
    needs="recv_line_refuses_a_line_that_is_too_long",
    hint=HINT_LIMIT,
    limit_s=2,
)
def test_recv_line_counts_the_crlf_too(student, peers, nonce):
    """recv_line permits a line of just `limit` bytes, CRLF included; no longer one."""
    fits = nonce(18) + CRLF
    with peers.saying(fits + nonce(19) + CRLF) as sock:
        buffer = student.ReceiveBuffer()
        must_be(student.recv_line(sock, buffer, 20), fits)
        must_fail(student.LimitExceeded, student.recv_line, sock, buffer, 20)


@check(
    points=1,
    misconception="empty-is-not-yet",
    needs="recv_line_returns_the_line_with_its_crlf",
    hint=HINT_NOT_YET,
    limit_s=2,
)
def test_recv_line_is_empty_at_the_end(student, peers, nonce):
    """recv_line returns b"", and not None, when the stream has ended after a whole line."""
    line = nonce(12) + CRLF
    with peers.ending(line) as sock:
        buffer = student.ReceiveBuffer()
        must_be(student.recv_line(sock, buffer, ROOMY), line)
        assert student.recv_line(sock, buffer, ROOMY) == b""


@check(
    points=1,
    misconception="part-is-a-message",
    needs="recv_line_returns_the_line_with_its_crlf",
    hint="Half a line and then the end: how does your caller know that it is only a half?",
    limit_s=2,
)
def test_recv_line_raises_when_the_stream_ends_in_a_line(student, peers, nonce):
    """recv_line raises EndOfStream if the stream ends in the middle of a line."""
    with peers.ending(nonce(7)) as sock:
        must_fail(student.EndOfStream, student.recv_line, sock, student.ReceiveBuffer(), ROOMY)
