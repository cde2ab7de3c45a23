"""Checks of lab 03: messages out of a stream, whatever the pieces in which it comes."""

from contextlib import suppress

from workbench.checks import check, must_be_bytes, must_raise
from workbench.kernel import wait_until
from workbench.peers import endless_header, reset, say, stall
from workbench.peers.unread import unread_at_other_end

CRLF = b"\r\n"
ALL = 10**9  # take_at_most(ALL): everything that a buffer holds
ROOMY = 10_000  # a limit that no message of these checks comes near

HINT_NOT_YET = "Which value means 'not yet', and which one means 'the end'? Are they the same?"
HINT_END = "What does recv return at the end of the stream, and what will it return next time?"
HINT_BEHIND = "Two messages may stand in the buffer at once: where does the second one go?"
HINT_LIMIT = "Which bytes does `limit` count, and when can you be sure that it is exceeded?"


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
        assert student.recv_exactly(sock, len(data)) == data


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
        assert student.recv_exactly(sock, 25) == data


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
        assert student.recv_exactly(sock, 40) == peers.sent


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
        assert student.recv_exactly(sock, 30) == peers.sent


@check(
    points=2,
    misconception="one-send-one-recv",
    needs="recv_exactly_does_not_wait_for_the_close",
    hint="If you ask recv for more than is missing, whose bytes do you get?",
)
def test_recv_exactly_leaves_the_next_message_alone(student, peers, nonce):
    """recv_exactly takes none of the bytes behind its own: they are there for the next call."""
    first, second = nonce(10), nonce(30)
    with peers.ending(first + second) as sock:
        assert student.recv_exactly(sock, 10) == first
        assert student.recv_exactly(sock, 30) == second


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
    points=2,
    misconception="close-ends-message",
    needs="recv_exactly_ends_when_the_stream_does",
    hint="Seven bytes came and then the end, thirty were promised: is that a message?",
)
def test_recv_exactly_raises_when_the_stream_ends_too_early(student, peers, nonce):
    """recv_exactly raises EndOfStream, with both numbers, if the stream ends too early."""
    with peers.ending(nonce(7)) as sock:
        error = must_raise(student.EndOfStream, student.recv_exactly, sock, 30)
    assert (error.received, error.wanted) == (7, 30)


@check(
    points=1,
    misconception="close-ends-message",
    needs="recv_exactly_raises_when_the_stream_ends_too_early",
    hint="Which exceptions do you catch? Is a reset an end that the peer meant?",
)
def test_recv_exactly_lets_a_reset_through(student, peers, nonce):
    """recv_exactly lets ConnectionResetError through: a reset is no end of the stream."""
    with peers.playing(say(nonce(7)), reset()) as sock:
        must_raise(ConnectionResetError, student.recv_exactly, sock, 30)


@check(
    points=1,
    misconception="empty-is-not-yet",
    needs="recv_exactly_returns_the_bytes_that_were_sent",
    hint="Nothing is wanted: must you call recv at all?",
    limit_s=2,
)
def test_recv_exactly_of_nothing_reads_nothing(student, peers):
    """recv_exactly(sock, 0) is b"" at once, though the peer says nothing."""
    with peers.saying(b"") as sock:
        assert student.recv_exactly(sock, 0) == b""


# ReceiveBuffer.feed and take_exactly


@check(
    points=1,
    misconception="one-send-one-recv",
    hint="What becomes of the bytes of the first feed when the second one comes?",
)
def test_feed_adds_behind_what_is_there(student, nonce):
    """feed adds its bytes behind those that are there, whatever their number."""
    data = nonce(30)
    buffer = student.ReceiveBuffer()
    for start, stop in ((0, 1), (1, 17), (17, 17), (17, 30)):
        buffer.feed(data[start:stop])
    assert buffer.take_exactly(30) == data


@check(
    points=1,
    misconception="text-is-bytes",
    needs="feed_adds_behind_what_is_there",
    hint="Can you decode the first half of an 'é'? Are the spaces at an end yours to remove?",
    symptoms=(TypeError,),
)
def test_feed_keeps_every_byte_as_it_is(student, nonce):
    """feed changes nothing: half a character, zeros, spaces and line ends are kept."""
    pieces = [nonce(3) + b"\xc3", b"\xa9\x00", b" \r\n", b"\n\t "]
    buffer = student.ReceiveBuffer()
    for piece in pieces:
        buffer.feed(piece)
    assert buffer.take_exactly(12) == b"".join(pieces)


@check(
    points=1,
    misconception="empty-is-not-yet",
    needs="feed_adds_behind_what_is_there",
    hint=HINT_NOT_YET,
)
def test_take_exactly_of_an_empty_buffer_is_none(student):
    """take_exactly is None, and not b"", while nothing is there: not yet."""
    assert student.ReceiveBuffer().take_exactly(5) is None


@check(
    points=2,
    misconception="recv-fills-n",
    needs="take_exactly_of_an_empty_buffer_is_none",
    hint="Three of five bytes are there: is that the message? And where are they afterwards?",
)
def test_take_exactly_takes_all_or_nothing(student, nonce):
    """take_exactly is None, and takes nothing, until its last byte is there."""
    data = nonce(5)
    buffer = student.ReceiveBuffer()
    for piece in (data[:3], data[3:4]):
        buffer.feed(piece)
        assert buffer.take_exactly(5) is None
    buffer.feed(data[4:])
    assert buffer.take_exactly(5) == data


@check(
    points=2,
    misconception="one-send-one-recv",
    needs="take_exactly_takes_all_or_nothing",
    hint=HINT_BEHIND,
)
def test_take_exactly_leaves_the_rest(student, nonce):
    """take_exactly takes each byte once: the rest stays, and then nothing is left."""
    data = nonce(12)
    buffer = student.ReceiveBuffer()
    buffer.feed(data)
    assert buffer.take_exactly(4) == data[:4]
    assert buffer.take_exactly(8) == data[4:]
    assert buffer.take_exactly(1) is None


@check(
    points=1,
    misconception="empty-is-not-yet",
    needs="take_exactly_of_an_empty_buffer_is_none",
    hint="How many bytes are missing for a message of no bytes?",
)
def test_take_exactly_of_nothing_is_there_at_once(student, nonce):
    """take_exactly(0) is b"", and not None, whatever the buffer holds."""
    buffer = student.ReceiveBuffer()
    assert buffer.take_exactly(0) == b""
    buffer.feed(nonce(3))
    assert buffer.take_exactly(0) == b""


@check(
    points=2,
    misconception="one-send-one-recv",
    needs="take_exactly_leaves_the_rest",
    hint="Does anything in your buffer depend on where one feed ends and the next begins?",
)
def test_take_exactly_is_the_same_at_every_split(student, nonce):
    """take_exactly gives the same messages wherever the stream was cut in two."""
    data = nonce(12)
    for at in range(len(data) + 1):
        buffer, where, taken = student.ReceiveBuffer(), f"cut after {at}", []
        for piece in (data[:at], data[at:]):
            buffer.feed(piece)
            while len(taken) < 3 and (message := buffer.take_exactly(4)) is not None:
                taken.append(message)
        assert (where, taken) == (where, [data[:4], data[4:8], data[8:]])


@check(
    points=1,
    misconception="copying-is-free",
    needs="take_exactly_leaves_the_rest",
    hint="Three bytes are taken from 16 MiB: how many bytes does your code copy?",
    limit_s=4,
)
def test_take_exactly_from_a_big_buffer_does_not_copy_the_rest(student, nonce):
    """take_exactly costs no more in a big buffer: 8,000 small takes from 16 MiB are quick."""
    data = nonce(1024) * (16 * 1024)
    buffer = student.ReceiveBuffer()
    buffer.feed(data)
    taken = [buffer.take_exactly(3) for _ in range(8_000)]
    must_be_bytes(b"".join(taken), data[:24_000])


# ReceiveBuffer.take_until


@check(
    points=1,
    misconception="",
    needs="feed_adds_behind_what_is_there",
    hint="Does the delimiter belong to what is returned? Read the promise once more.",
)
def test_take_until_returns_the_message_with_its_delimiter(student, nonce):
    """take_until returns all up to the delimiter, and the delimiter: it ends the message."""
    line = nonce(10) + CRLF
    buffer = student.ReceiveBuffer()
    buffer.feed(line)
    assert buffer.take_until(CRLF, ROOMY) == line


@check(
    points=1,
    misconception="empty-is-not-yet",
    needs="take_until_returns_the_message_with_its_delimiter",
    hint=HINT_NOT_YET,
)
def test_take_until_is_none_before_the_delimiter_comes(student, nonce):
    """take_until is None, and takes nothing, until the delimiter is there."""
    line = nonce(10) + CRLF
    buffer = student.ReceiveBuffer()
    assert buffer.take_until(CRLF, ROOMY) is None
    buffer.feed(line[:6])
    assert buffer.take_until(CRLF, ROOMY) is None
    buffer.feed(line[6:])
    assert buffer.take_until(CRLF, ROOMY) == line


@check(
    points=2,
    misconception="one-send-one-recv",
    needs="take_until_returns_the_message_with_its_delimiter",
    hint=HINT_BEHIND,
)
def test_take_until_leaves_the_rest(student, nonce):
    """take_until takes one message of two glued ones, and an empty one, too; the rest stays."""
    first, second, rest = nonce(10) + CRLF, CRLF, nonce(4)
    buffer = student.ReceiveBuffer()
    buffer.feed(first + second + rest)
    assert buffer.take_until(CRLF, ROOMY) == first
    assert buffer.take_until(CRLF, ROOMY) == second
    assert buffer.take_until(CRLF, ROOMY) is None
    assert buffer.take_exactly(4) == rest


@check(
    points=2,
    misconception="one-send-one-recv",
    needs="take_until_is_none_before_the_delimiter_comes",
    hint="A \\r is the last byte of one piece, a \\n the first of the next: where do you search?",
)
def test_take_until_finds_a_delimiter_that_comes_in_two_pieces(student, nonce):
    """take_until finds a delimiter of four bytes wherever it was cut, if asked in between too."""
    message = nonce(6) + b"\r\n\r" + nonce(2) + b"\r\n\r\n"
    for at in range(1, len(message)):
        buffer, where = student.ReceiveBuffer(), f"cut after {at}"
        buffer.feed(message[:at])
        assert (where, buffer.take_until(b"\r\n\r\n", ROOMY)) == (where, None)
        buffer.feed(message[at:])
        assert (where, buffer.take_until(b"\r\n\r\n", ROOMY)) == (where, message)


@check(
    points=2,
    misconception="one-send-one-recv",
    needs="take_until_finds_a_delimiter_that_comes_in_two_pieces",
    hint="What does your buffer remember of the last piece, and what of all those before it?",
)
def test_take_until_finds_a_delimiter_that_comes_byte_by_byte(student, nonce):
    """take_until finds a delimiter whose four bytes come one at a time, after false starts."""
    message = nonce(3) + b"\r\r\n\r\r\n\r\n"
    buffer, answers = student.ReceiveBuffer(), []
    for at in range(len(message)):
        buffer.feed(message[at : at + 1])
        answers.append(buffer.take_until(b"\r\n\r\n", ROOMY))
    assert answers == [None] * (len(message) - 1) + [message]


@check(
    points=1,
    misconception="",
    needs="take_until_finds_a_delimiter_that_comes_in_two_pieces",
    hint="You searched those bytes before; for what?",
)
def test_take_until_searches_anew_for_another_delimiter(student, nonce):
    """take_until searches from the front if it is asked for another delimiter than before."""
    line = nonce(10) + CRLF
    buffer = student.ReceiveBuffer()
    buffer.feed(line)
    assert buffer.take_until(b"\r\n\r\n", ROOMY) is None
    assert buffer.take_until(CRLF, ROOMY) == line


@check(
    points=1,
    misconception="",
    needs="take_until_finds_a_delimiter_that_comes_in_two_pieces",
    hint="When bytes leave at the front, where is the place now at which you stopped searching?",
)
def test_take_until_searches_all_that_came_after_a_take(student, nonce):
    """take_until misses no delimiter after bytes were taken at the front."""
    data, line = nonce(20), nonce(2) + CRLF
    buffer = student.ReceiveBuffer()
    buffer.feed(data)
    assert buffer.take_until(CRLF, ROOMY) is None
    assert buffer.take_exactly(20) == data
    buffer.feed(line + nonce(30))
    assert buffer.take_until(CRLF, ROOMY) == line


@check(
    points=2,
    misconception="every-line-ends",
    needs="take_until_is_none_before_the_delimiter_comes",
    hint="The peer never sends a line end: what becomes of your memory?",
    symptoms=(ValueError,),
)
def test_take_until_refuses_a_message_without_end(student, nonce):
    """take_until raises LimitExceeded as soon as `limit` bytes are there without the delimiter."""
    data = nonce(100)
    buffer = student.ReceiveBuffer()
    buffer.feed(data[:99])
    assert buffer.take_until(CRLF, 100) is None
    buffer.feed(data[99:])
    must_raise(student.LimitExceeded, buffer.take_until, CRLF, 100)
    assert buffer.take_exactly(100) == data


@check(
    points=2,
    misconception="every-line-ends",
    needs="take_until_refuses_a_message_without_end",
    hint="The same message in one piece and in ten: do you give the same answer to both?",
)
def test_take_until_has_the_same_limit_for_any_pieces(student, nonce):
    """take_until refuses a message that is too long, even if its delimiter is there already."""
    buffer = student.ReceiveBuffer()
    buffer.feed(nonce(500) + CRLF)
    must_raise(student.LimitExceeded, buffer.take_until, CRLF, 100)


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
    buffer = student.ReceiveBuffer()
    buffer.feed(line)
    error = must_raise(student.LimitExceeded, buffer.take_until, CRLF, 11)
    assert error.limit == 11
    assert buffer.take_until(CRLF, 12) == line


@check(
    points=1,
    misconception="one-send-one-recv",
    needs=("take_until_refuses_a_message_without_end", "take_until_leaves_the_rest"),
    hint="The buffer holds a hundred short messages: is any of them too long?",
    symptoms=(ValueError,),  # LimitExceeded is one
)
def test_take_until_limits_the_message_and_not_the_buffer(student, nonce):
    """take_until takes a short message from a buffer that holds much more than `limit` bytes."""
    line = nonce(8) + CRLF
    buffer = student.ReceiveBuffer()
    buffer.feed(line * 100)
    assert buffer.take_until(CRLF, 20) == line


@check(
    points=1,
    misconception="copying-is-free",
    needs="take_until_finds_a_delimiter_that_comes_in_two_pieces",
    hint="How often does your code look at the first byte of a message that comes in 4,000 pieces?",
    limit_s=4,
)
def test_take_until_does_not_search_the_same_bytes_again_and_again(student):
    """take_until goes on where it stopped: 2 MB in 4,000 pieces, asked after each, are quick."""
    piece = b"\r" * 512
    buffer, answers = student.ReceiveBuffer(), set()
    for _ in range(4_000):
        buffer.feed(piece)
        answers.add(buffer.take_until(b"\r\n\r\n", 100_000_000))
    assert answers == {None}


# recv_until and recv_line


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
        assert student.recv_until(sock, buffer, CRLF, ROOMY) == line


@check(
    points=2,
    misconception="recv-fills-n",
    needs="take_until_is_none_before_the_delimiter_comes",
    hint="take_until says None: what do you do then, and how often?",
)
def test_recv_until_reads_until_the_delimiter(student, peers, nonce):
    """recv_until reads on, in pieces of any size, until the delimiter has come."""
    with peers.dribbling(nonce(20) + b"\r\n\r\n", size=1) as sock:
        buffer = student.ReceiveBuffer()
        assert student.recv_until(sock, buffer, b"\r\n\r\n", ROOMY) == peers.sent


@check(
    points=2,
    misconception="one-send-one-recv",
    needs="recv_until_reads_until_the_delimiter",
    hint="What recv gave you beyond the first message: where is it when you are called again?",
    limit_s=2,
)
def test_recv_until_keeps_what_came_behind(student, peers, nonce):
    """recv_until gives three glued messages, one for each call."""
    lines = [nonce(10) + CRLF, CRLF, nonce(15) + CRLF]
    with peers.saying(b"".join(lines)) as sock:
        buffer = student.ReceiveBuffer()
        assert [student.recv_until(sock, buffer, CRLF, ROOMY) for _ in lines] == lines


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
    points=2,
    misconception="close-ends-message",
    needs="recv_until_ends_when_the_stream_does",
    hint="Half a line and then the end: how does your caller know that it is only a half?",
)
def test_recv_until_raises_when_the_stream_ends_in_a_message(student, peers, nonce):
    """recv_until raises EndOfStream if the stream ends in the middle of a message."""
    line, half = nonce(10) + CRLF, nonce(7)
    with peers.ending(line + half) as sock:
        buffer = student.ReceiveBuffer()
        assert student.recv_until(sock, buffer, CRLF, ROOMY) == line
        error = must_raise(student.EndOfStream, student.recv_until, sock, buffer, CRLF, ROOMY)
    assert (error.received, error.wanted) == (7, None)


@check(
    points=1,
    misconception="empty-is-not-yet",
    needs="recv_until_ends_when_the_stream_does",
    hint="The peer has said all that it wanted to, and ends: is anything wrong?",
)
def test_recv_until_is_empty_at_a_clean_end(student, peers, nonce):
    """recv_until returns b"" if the stream ends behind a message: that is no error."""
    line = nonce(10) + CRLF
    with peers.ending(line) as sock:
        buffer = student.ReceiveBuffer()
        assert student.recv_until(sock, buffer, CRLF, ROOMY) == line
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
        must_raise(student.LimitExceeded, student.recv_until, sock, buffer, b"\r\n\r\n", 1000)


@check(
    points=2,
    misconception="every-line-ends",
    needs=("recv_until_gives_up_at_the_limit", "recv_until_keeps_what_came_behind"),
    hint="The limit is 100, and 40 bytes are in the buffer: how many may you ask recv for?",
)
def test_recv_until_never_holds_more_than_the_limit(student, peers, nonce):
    """recv_until never has more than `limit` bytes in the buffer, however much has come."""
    line = nonce(38) + CRLF
    with peers.saying(line * 500) as sock:
        buffer = student.ReceiveBuffer()
        for _ in range(3):
            assert student.recv_until(sock, buffer, CRLF, 100) == line
            held = buffer.take_at_most(ALL)
            assert len(held) <= 100
            buffer.feed(held)


@check(
    points=1,
    misconception="empty-is-not-yet",
    needs="recv_until_keeps_what_came_behind",
    hint="Which exception says 'nothing yet', and what has come by then: where is it?",
    limit_s=2,
)
def test_recv_until_can_go_on_after_nothing_yet(student, peers, nonce):
    """recv_until lets BlockingIOError through and loses nothing: called again, it goes on."""
    line = nonce(20) + CRLF
    yours, theirs = peers.pair()
    yours.setblocking(False)
    buffer = student.ReceiveBuffer()
    theirs.sendall(line[:9])
    wait_until(lambda: unread_at_other_end(theirs) in (9, None), what="9 bytes to arrive")
    must_raise(BlockingIOError, student.recv_until, yours, buffer, CRLF, ROOMY)
    theirs.sendall(line[9:])
    wait_until(lambda: unread_at_other_end(theirs) in (13, None), what="13 bytes to arrive")
    assert student.recv_until(yours, buffer, CRLF, ROOMY) == line


@check(
    points=2,
    misconception="one-send-one-recv",
    needs="recv_until_keeps_what_came_behind",
    hint="How many lines can come in one recv, and how many recvs can one line need?",
)
def test_recv_line_gives_a_line_for_each_call(student, peers, nonce):
    """recv_line gives one line after the other, an empty one too, and b"" at the end."""
    lines = [nonce(20) + CRLF, CRLF, b"\xff\xc3 " + nonce(5) + CRLF]
    with peers.ending(b"".join(lines)) as sock:
        buffer = student.ReceiveBuffer()
        assert [student.recv_line(sock, buffer, ROOMY) for _ in range(4)] == [*lines, b""]


@check(
    points=1,
    misconception="text-is-bytes",
    needs="recv_line_gives_a_line_for_each_call",
    hint="Which two bytes end a line on the wire? Which ones end it in a text file?",
)
def test_recv_line_ends_at_crlf_alone(student, peers, nonce):
    r"""recv_line ends at \r\n, not at an \n or an \r that stands alone."""
    line = nonce(5) + b"\n" + nonce(5) + b"\r" + nonce(5) + CRLF
    with peers.ending(line) as sock:
        assert student.recv_line(sock, student.ReceiveBuffer(), ROOMY) == line


@check(
    points=1,
    misconception="recv-fills-n",
    needs="recv_line_gives_a_line_for_each_call",
    hint="Where were the pieces cut, and what does your code make of it?",
)
def test_recv_line_is_right_for_any_pieces(student, peers, nonce):
    """recv_line gives the same lines when they come in random pieces."""
    lines = [nonce(count) + CRLF for count in (7, 0, 21, 1)]
    with peers.splitting(b"".join(lines), pieces=12) as sock:
        buffer = student.ReceiveBuffer()
        assert [student.recv_line(sock, buffer, ROOMY) for _ in lines] == lines


@check(
    points=1,
    misconception="every-line-ends",
    needs="recv_line_gives_a_line_for_each_call",
    hint="Who made sure that `limit` holds for a line, too?",
    limit_s=2,
)
def test_recv_line_refuses_a_line_that_is_too_long(student, peers, nonce):
    """recv_line raises LimitExceeded for a line of more than `limit` bytes."""
    fits = nonce(18) + CRLF
    with peers.saying(fits + nonce(19) + CRLF) as sock:
        buffer = student.ReceiveBuffer()
        assert student.recv_line(sock, buffer, 20) == fits
        must_raise(student.LimitExceeded, student.recv_line, sock, buffer, 20)
