"""Checks of lab 05: messages as bytes, then a proxy between a live client and a live origin."""

import socket
from contextlib import ExitStack, closing, suppress
from functools import partial

import pytest

from workbench import kernel
from workbench.checks import Difference, must_be_bytes, must_raise
from workbench.checks import check as checked
from workbench.checks.evidence import NeverReturned
from workbench.peers import (
    close,
    dribble,
    expect_end,
    half_close,
    hear,
    hear_until,
    hear_until_end,
    in_pieces,
    never_answer,
    reset,
    say,
    stall,
    unanswering,
)

# What a lab refuses although it is correct, with an HttpError, may come from a belief: no slip.
check = partial(checked, symptoms=(ValueError,))

END = b"\r\n\r\n"
TIMEOUT_S = 2.0  # of the proxy's sockets, where it must not matter
SHORT_S = 0.2  # where it must
LINES_THAT_ARE_NONE = {
    "a blank before the colon": b"Content-Length : 5",
    "a blank at the start": b" Content-Length: 5",
    "a tab at the start": b"\tfolded: yes",
    "no colon": b"Content-Length 5",
    "no name": b": 5",
    "a bare LF": b"A: b\nContent-Length: 5",
    "a bare CR": b"A: b\rContent-Length: 5",
    "a NUL": b"A: b\x00c",
}


def request(student, *fields, method="GET", target="http://h/", version="HTTP/1.1"):
    """A request's Head, with these fields."""
    return student.Head(method, target, version, 0, "", fields)


def response(student, *fields, status=200, method="GET", version="HTTP/1.1"):
    """A response's Head, to a request with this method."""
    return student.Head(method, "", version, status, "", fields)


def refused(student, function, *args):
    """The status of the HttpError that `function(*args)` must raise."""
    return must_raise(student.HttpError, function, *args).status


def refusals(student, function, examples):
    """For each named example the status of the HttpError, or what the function returned instead."""
    answers = {}
    for name, args in examples.items():
        try:
            answers[name] = f"it returned {function(*args)!r}"
        except student.HttpError as error:
            answers[name] = error.status
    return answers


def must_be_done(reader):
    """The body is all taken."""
    if not reader.is_done:
        raise Difference("is_done is True: all of the body was fed", "it is False")


def must_wait(reader, missing):
    """The body is not all taken: something is `missing`."""
    if reader.is_done:
        raise Difference(f"is_done is False: {missing} did not come yet", "it is True")


# Heads.


@check(points=1, misconception="text-is-bytes", hint="What are the two groups of FIELD_LINE?")
def test_parse_field_line_gives_name_and_value(student, nonce):
    """parse_field_line gives the name as it was sent, and the value, both as text."""
    value = nonce(9)
    assert student.parse_field_line(b"x-tried: " + value) == ("x-tried", value.decode())


@check(
    points=1,
    misconception="",
    needs="parse_field_line_gives_name_and_value",
    hint="Where does the name end, and where the value? Did you change a letter?",
)
def test_parse_field_line_changes_nothing_in_name_and_value(student):
    """parse_field_line gives the name with its capitals, and all of a value with colons in it."""
    lines = {b"hOST: h:80": ("hOST", "h:80"), b"A: x: y:": ("A", "x: y:")}
    assert {line: student.parse_field_line(line) for line in lines} == lines


@check(
    points=1,
    misconception="text-is-bytes",
    needs="parse_field_line_gives_name_and_value",
    hint="In which encoding is each byte one character, so that you can write back what came?",
)
def test_parse_field_line_makes_a_character_of_each_byte(student):
    """parse_field_line reads Latin-1: each byte is one character, and none is lost."""
    lines = {b"A: caf\xe9 \xff": ("A", "caf\xe9 \xff"), b"A: \xc3\xa9.": ("A", "\xc3\xa9.")}
    assert {line: student.parse_field_line(line) for line in lines} == lines


@check(
    points=1,
    misconception="",
    needs="parse_field_line_gives_name_and_value",
    hint="Spaces and tabs stand around the value. What else does strip() take, if you don't say?",
)
def test_parse_field_line_takes_blanks_off_the_value_only_at_its_ends(student):
    """parse_field_line takes spaces and tabs off both ends of the value; none may be there."""
    lines = {
        b"A:b": ("A", "b"),
        b"A: \t b c\t ": ("A", "b c"),
        b"A:": ("A", ""),
        b"A: \xa0\xe9": ("A", "\xa0\xe9"),
    }
    assert {line: student.parse_field_line(line) for line in lines} == lines


@check(
    points=2,
    misconception="be-liberal",
    needs="parse_field_line_gives_name_and_value",
    hint="Which method of a pattern demands that *all* of the line matches?",
)
def test_parse_field_line_refuses_what_two_readers_read_in_two_ways(student):
    """parse_field_line refuses blanks before the colon, a folded line, CR, LF and NUL: 400."""
    examples = {name: (line,) for name, line in LINES_THAT_ARE_NONE.items()}
    answers = refusals(student, student.parse_field_line, examples)
    assert answers == dict.fromkeys(examples, 400)


@check(points=1, misconception="names-are-exact", hint="How do you compare without regard to case?")
def test_values_of_ignores_the_case_of_names(student, nonce):
    """values_of finds a field however its name is written, here or there."""
    value = nonce(5).decode()
    head = request(student, ("Other", "no"), ("X-oNE", value), ("X-One-More", "no"))
    asked = {"x-one": [value], "X-ONE": [value], "X-oNE": [value], "absent": []}
    assert {name: student.values_of(head, name) for name in asked} == asked


@check(
    points=1,
    misconception="",
    needs="values_of_ignores_the_case_of_names",
    hint="How many fields may have one name? Is a comma the end of a value, in a date or a cookie?",
)
def test_values_of_gives_each_value_as_a_whole(student, nonce):
    """values_of gives the values of all fields with the name, in order, and each as a whole."""
    a, b = f"{nonce(5).decode()}, comma", nonce(5).decode()
    head = request(student, ("A", a), ("Other", "no"), ("a", b), ("A", ""), ("A", b))
    assert student.values_of(head, "A") == [a, b, "", b]


@check(points=2, misconception="text-is-bytes", hint="Print what split_head gives you.")
def test_parse_request_head_gives_all_parts(student, nonce):
    """parse_request_head gives method, target, version and fields; status is 0."""
    word = nonce(8)
    data = b"GET http://h/%b HTTP/1.1\r\nHost: h\r\nX-Word: %b\r\n\r\n" % (word, word)
    head = student.parse_request_head(data)
    assert tuple(head[:5]) == ("GET", f"http://h/{word.decode()}", "HTTP/1.1", 0, "")
    assert tuple(head.fields) == (("Host", "h"), ("X-Word", word.decode()))


@check(
    points=1,
    misconception="",
    needs="parse_request_head_gives_all_parts",
    hint="RFC 9110 §9.1: is the method case-sensitive? Are names of fields?",
)
def test_parse_request_head_keeps_case_as_it_was_sent(student):
    """parse_request_head changes no letter: methods are exact, and names travel on as they came."""
    head = student.parse_request_head(b"gEt http://H/ HTTP/1.1\r\nhOST: H\r\n\r\n")
    assert head.method == "gEt"
    assert tuple(head.fields) == (("hOST", "H"),)


@check(
    points=1,
    misconception="be-liberal",
    needs="parse_request_head_gives_all_parts",
    hint="Two Hosts: which one does the next reader believe?",
)
def test_parse_request_head_wants_exactly_one_host(student):
    """parse_request_head refuses two Hosts with 400; and in HTTP/1.1 no Host, too."""
    line = b"GET http://h/ HTTP/1.%d\r\n"
    examples = {
        "no Host": (line % 1 + b"\r\n",),
        "two Hosts": (line % 1 + b"Host: h\r\nhost: i\r\n\r\n",),
        "two Hosts in HTTP/1.0": (line % 0 + b"Host: h\r\nHost: h\r\n\r\n",),
    }
    answers = refusals(student, student.parse_request_head, examples)
    assert answers == dict.fromkeys(examples, 400)


@check(
    points=1,
    misconception="",
    needs="parse_request_head_wants_exactly_one_host",
    hint="Which version of HTTP has made Host a duty?",
)
def test_parse_request_head_takes_http_1_0_without_host(student):
    """parse_request_head takes a request of HTTP/1.0 that has no Host."""
    try:
        head = student.parse_request_head(b"GET http://h/ HTTP/1.0\r\n\r\n")
    except student.HttpError as error:
        raise Difference("HTTP/1.0 without Host is taken", f"it was refused: {error}") from error
    assert head.version == "HTTP/1.0"


@check(
    points=2,
    misconception="be-liberal",
    needs="parse_request_head_gives_all_parts",
    hint="Does your function take all lines apart with split_head?",
)
def test_parse_request_head_refuses_what_is_no_request(student):
    """parse_request_head refuses a bad request line or field, and a bare LF, with 400."""
    host = b"\r\nHost: h\r\n\r\n"
    heads = {
        "nothing": b"",
        "two blanks": b"GET  http://h/ HTTP/1.1" + host,
        "no version": b"GET http://h/" + host,
        "another version": b"GET http://h/ HTTP/2.0" + host,
        "blank in the target": b"GET http://h/a b HTTP/1.1" + host,
        "a bare LF": b"GET http://h/ HTTP/1.1\nHost: h\r\n\r\n",
        "only bare LF": b"GET http://h/ HTTP/1.1\nHost: h\n\n",
        "a bad field": b"GET http://h/ HTTP/1.1\r\nHost: h\r\nLength : 5\r\n\r\n",
        "a folded field": b"GET http://h/ HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n",
    }
    examples = {name: (data,) for name, data in heads.items()}
    answers = refusals(student, student.parse_request_head, examples)
    assert answers == dict.fromkeys(examples, 400)


@check(points=1, misconception="", hint="Of which type is the status in a Head?")
def test_parse_response_head_gives_all_parts(student, nonce):
    """parse_response_head gives version, status (a number), reason and fields."""
    word = nonce(8).decode()
    data = f"HTTP/1.0 404 Not {word}\r\nServer: {word}\r\n\r\n".encode()
    head = student.parse_response_head(data, "HEAD")
    assert tuple(head[1:5]) == ("", "HTTP/1.0", 404, f"Not {word}")
    assert tuple(head.fields) == (("Server", word),)


@check(
    points=1,
    misconception="every-message-has-a-body",
    needs="parse_response_head_gives_all_parts",
    hint="Where does the method come from: from the bytes, or from the one who asked?",
)
def test_parse_response_head_remembers_the_method(student):
    """parse_response_head gives the method of the request that this response answers."""
    methods = ("GET", "HEAD")
    heads = [student.parse_response_head(b"HTTP/1.1 200 OK" + END, method) for method in methods]
    assert tuple(head.method for head in heads) == methods


@check(
    points=1,
    misconception="",
    needs="parse_response_head_gives_all_parts",
    hint="Which of the three groups of STATUS_LINE may be missing? What is it then?",
)
def test_parse_response_head_needs_no_reason(student):
    """parse_response_head takes a status line without a reason, and gives "" for it."""
    for line in (b"HTTP/1.1 200", b"HTTP/1.1 200 ", b"HTTP/1.1 299"):
        assert student.parse_response_head(line + END, "GET").reason == ""


@check(
    points=1,
    misconception="be-liberal",
    needs="parse_response_head_gives_all_parts",
    hint="Does your function take all lines apart with split_head?",
)
def test_parse_response_head_refuses_what_is_no_response(student):
    """parse_response_head refuses a bad status line or field with HttpError(400)."""
    heads = (b"", b"HTTP/1.1 20 OK" + END, b"200 OK" + END, b"HTTP/1.1 200 OK\r\nA : b" + END)
    examples = {data.decode(): (data, "GET") for data in heads}
    answers = refusals(student, student.parse_response_head, examples)
    assert answers == dict.fromkeys(examples, 400)


# Where a body ends.


@check(points=1, misconception="names-are-exact", hint="Which function finds fields by their name?")
def test_content_length_is_a_number_or_none(student):
    """content_length is the number in the field, however its name is written; None without it."""
    assert student.content_length(request(student, ("content-LENGTH", "1234"))) == 1234
    assert student.content_length(request(student, ("Content-Length", "0"))) == 0
    assert student.content_length(request(student, ("Content-Type", "5"))) is None


@check(
    points=2,
    misconception="length-is-any-number",
    needs="content_length_is_a_number_or_none",
    hint="Try int(' 1_0 '), int('+1') and '²'.isdigit() in a Python shell.",
)
def test_content_length_refuses_all_but_decimal_digits(student):
    """content_length refuses what Python takes for a number and others don't, with 400."""
    wrong = ("+5", "-5", "5_0", "0x5", "5.0", "²", "5 5", "five", "5,", "\xa05", "9" * 40)
    examples = {repr(value): (request(student, ("Content-Length", value)),) for value in wrong}
    answers = refusals(student, student.content_length, examples)
    assert answers == dict.fromkeys(examples, 400)


@check(
    points=1,
    misconception="be-liberal",
    needs="content_length_is_a_number_or_none",
    hint="The field is there, and says nothing. Will every reader take that for no field at all?",
)
def test_content_length_refuses_a_field_without_a_value(student):
    """content_length refuses an empty Content-Length with 400: it is there, and is no number."""
    assert refused(student, student.content_length, request(student, ("Content-Length", ""))) == 400


@check(
    points=2,
    misconception="be-liberal",
    needs="content_length_is_a_number_or_none",
    hint="One reader takes the first, one the last. What do you take?",
)
def test_content_length_refuses_several(student):
    """content_length refuses two lengths with 400, in two fields or in one, even if equal."""
    several = {
        "5 and 6": (("Content-Length", "5"), ("content-length", "6")),
        "5 and 5": (("Content-Length", "5"), ("Content-Length", "5")),
        "5, 6": (("Content-Length", "5, 6"),),
        "5, 5": (("Content-Length", "5, 5"),),
    }
    examples = {name: (request(student, *fields),) for name, fields in several.items()}
    answers = refusals(student, student.content_length, examples)
    assert answers == dict.fromkeys(examples, 400)


CHUNKED = ("Transfer-Encoding", "chunked")


@check(points=1, misconception="names-are-exact", hint="In which case does tokens_of give a token?")
def test_is_chunked_when_transfer_encoding_says_so(student):
    """is_chunked is True for Transfer-Encoding: chunked, in any case; False without the field."""
    assert student.is_chunked(request(student, CHUNKED)) is True
    assert student.is_chunked(request(student, ("transfer-encoding", "ChunKed"))) is True
    assert student.is_chunked(request(student, ("Content-Length", "5"))) is False


@check(
    points=2,
    misconception="both-lengths-is-fine",
    needs="is_chunked_when_transfer_encoding_says_so",
    hint="The proxy believes the one and the origin the other: where does the request end?",
)
def test_is_chunked_refuses_both_lengths(student):
    """is_chunked refuses Content-Length beside it, and HTTP/1.0 that speaks of chunks: 400."""
    examples = {
        "both": (request(student, ("Content-Length", "5"), CHUNKED),),
        "both, the other way round": (request(student, CHUNKED, ("content-length", "0")),),
        "HTTP/1.0": (request(student, CHUNKED, version="HTTP/1.0"),),
        "a response with both": (response(student, CHUNKED, ("Content-Length", "5")),),
    }
    answers = refusals(student, student.is_chunked, examples)
    assert answers == dict.fromkeys(examples, 400)


@check(
    points=1,
    misconception="be-liberal",
    needs="is_chunked_when_transfer_encoding_says_so",
    hint="If you can't take the coding apart, do you know where the body ends?",
)
def test_is_chunked_does_not_guess_at_other_codings(student):
    """is_chunked refuses all other transfer codings, and an empty one, with an HttpError."""
    codings = ("gzip", "gzip, chunked", "chunked, gzip", "chunked, chunked", "xchunked", "identity")
    examples = {c: (request(student, ("Transfer-Encoding", c)),) for c in (*codings, "")}
    examples["chunked twice"] = (request(student, CHUNKED, CHUNKED),)
    answers = refusals(student, student.is_chunked, examples)
    taken = {name: answer for name, answer in answers.items() if answer not in (400, 501)}
    if taken:
        raise Difference("HttpError(400) or HttpError(501) for each of these", str(taken))


@check(
    points=1,
    misconception="",
    needs="is_chunked_does_not_guess_at_other_codings",
    hint="What do you look at first, and what only if there is nothing but chunked?",
)
def test_is_chunked_tells_a_coding_that_it_can_not_from_a_wrong_one(student):
    """is_chunked answers other codings with 501 if chunked is the last one, else with 400."""
    gzip, both = ("Transfer-Encoding", "gzip"), ("Transfer-Encoding", "gzip, chunked")
    length = ("Content-Length", "5")
    cases = {
        "gzip": (request(student, gzip), 400),
        "gzip beside a length": (request(student, gzip, length), 400),
        "gzip in HTTP/1.0": (request(student, gzip, version="HTTP/1.0"), 400),
        "chunked, gzip": (request(student, ("Transfer-Encoding", "chunked, gzip")), 400),
        "gzip, chunked": (request(student, both), 501),
        "gzip, chunked beside a length": (request(student, both, length), 501),
        "gzip, chunked in HTTP/1.0": (request(student, both, version="HTTP/1.0"), 501),
        "chunked twice": (request(student, CHUNKED, CHUNKED), 501),
    }
    examples = {name: (head,) for name, (head, _) in cases.items()}
    answers = refusals(student, student.is_chunked, examples)
    assert answers == {name: status for name, (_, status) in cases.items()}


@check(points=1, misconception="", hint="Read RFC 9112 §6.3: it is a list of rules.")
def test_body_framing_is_what_the_fields_say(student):
    """body_framing is the number in Content-Length, or CHUNKED."""
    length = ("Content-Length", "7")
    expected = {
        "a request, length 7": (request(student, length), 7),
        "a HEAD, length 7": (request(student, length, method="HEAD"), 7),
        "a response, length 7": (response(student, length), 7),
        "a response, length 0": (response(student, ("Content-Length", "0")), 0),
        "a request in chunks": (request(student, CHUNKED), student.CHUNKED),
        "a response in chunks": (response(student, CHUNKED), student.CHUNKED),
    }
    answers = {name: student.body_framing(head) for name, (head, _) in expected.items()}
    assert answers == {name: framing for name, (_, framing) in expected.items()}


@check(
    points=1,
    misconception="close-ends-message",
    needs="body_framing_is_what_the_fields_say",
    hint="Which bodies can end only with their connection?",
)
def test_body_framing_of_a_response_without_length_and_chunks(student):
    """body_framing is UNTIL_CLOSE for a response without a length and without chunks."""
    answers = {
        status: student.body_framing(response(student, status=status)) for status in (200, 404)
    }
    assert answers == dict.fromkeys(answers, student.UNTIL_CLOSE)


@check(
    points=2,
    misconception="every-message-has-a-body",
    needs="body_framing_of_a_response_without_length_and_chunks",
    hint="What does the length in the answer to a HEAD tell?",
)
def test_body_framing_of_what_has_no_body(student):
    """body_framing is 0 for a request without length, and for answers to HEAD, 1xx, 204, 304."""
    length = ("Content-Length", "7")
    heads = {
        "a request without a length": request(student),
        "a HEAD": request(student, method="HEAD"),
        "the answer to HEAD": response(student, length, method="HEAD"),
        "the answer to HEAD, chunked": response(student, CHUNKED, method="HEAD"),
        "the answer to HEAD, without a length": response(student, method="HEAD"),
        "100": response(student, length, status=100),
        "103": response(student, status=103),
        "199": response(student, status=199),
        "204": response(student, status=204),
        "304": response(student, length, status=304),
    }
    answers = {name: student.body_framing(head) for name, head in heads.items()}
    assert answers == dict.fromkeys(heads, 0)


@check(
    points=1,
    misconception="both-lengths-is-fine",
    needs="body_framing_of_what_has_no_body",
    hint="The head of a 304 is forwarded, too: which reader will believe its two lengths?",
)
def test_body_framing_refuses_a_contradiction_even_without_a_body(student):
    """body_framing refuses a head that contradicts itself, even if no body follows."""
    both = (("Content-Length", "5"), CHUNKED)
    examples = {
        "both": (response(student, *both),),
        "both, to a HEAD": (response(student, *both, method="HEAD"),),
        "a bad length in a 304": (response(student, ("Content-Length", "x"), status=304),),
        "a bad length beside chunks": (request(student, ("Content-Length", "x"), CHUNKED),),
    }
    answers = refusals(student, student.body_framing, examples)
    assert answers == dict.fromkeys(examples, 400)


# Taking a body.


@check(points=1, misconception="chunk-size-is-decimal", hint="int() has a second parameter.")
def test_parse_chunk_line_is_hexadecimal(student):
    """parse_chunk_line reads the size as hexadecimal: 10 is sixteen."""
    lines = {b"1a\r\n": 26, b"10\r\n": 16, b"0\r\n": 0, b"FfFf\r\n": 65_535, b"000\r\n": 0}
    assert {line: student.parse_chunk_line(line) for line in lines} == lines


@check(
    points=1,
    misconception="chunk-size-is-decimal",
    needs="parse_chunk_line_is_hexadecimal",
    hint="What may stand after the size? See the grammar in RFC 9112 §7.1.",
)
def test_parse_chunk_line_ignores_extensions(student):
    """parse_chunk_line ignores what stands after a semicolon, and blanks before it."""
    lines = {b"5;name=value\r\n": 5, b'a ; q="x;y"\r\n': 10, b"5 \r\n": 5}
    assert {line: student.parse_chunk_line(line) for line in lines} == lines


@check(
    points=2,
    misconception="length-is-any-number",
    needs="parse_chunk_line_is_hexadecimal",
    hint="Try int('0x1a', 16), int('1_0', 16) and int(' 5', 16) in a Python shell.",
)
def test_parse_chunk_line_refuses_all_but_hexadecimal_digits(student):
    """parse_chunk_line refuses what Python takes for a number and others don't, with 400."""
    lines = (b"\r\n", b"0x5\r\n", b"+5\r\n", b"-5\r\n", b"1_0\r\n", b" 5\r\n", b"g\r\n", b"5\n",
             b"5;a\nb\r\n", b"5 5\r\n", b"f" * 17 + b"\r\n")  # fmt: skip
    examples = {repr(line): (line,) for line in lines}
    answers = refusals(student, student.parse_chunk_line, examples)
    assert answers == dict.fromkeys(examples, 400)


@check(
    points=1,
    misconception="none-is-empty",
    hint="take_at_most gives b'' from an empty buffer. What must feed see, to stop?",
)
def test_body_reader_take_piece_returns_none_if_nothing_is_there(student, nonce):
    """BodyReader.take_piece returns what is there, and None, never b"", if nothing is there."""
    data, buffer = nonce(2), student.ReceiveBuffer()
    buffer.feed(data)
    reader = student.BodyReader(5, buffer)
    taken = [reader.take_piece() for _ in range(3)]  # a piece may be a single byte
    if taken[2] is not None:
        raise Difference("None from an empty buffer: not yet", f"take_piece returned {taken[2]!r}")
    must_be_bytes(b"".join(piece or b"" for piece in taken), data)


@check(
    points=2,
    misconception="one-send-one-recv",
    needs="body_reader_take_piece_returns_none_if_nothing_is_there",
    hint="How many bytes are left of the piece?",
)
def test_body_reader_counts_a_body_of_known_length(student, nonce):
    """BodyReader with a length gives the bytes as they come, and is done at the last one."""
    body = nonce(50)
    reader = student.BodyReader(50)
    must_wait(reader, "a part of it")
    must_be_bytes(reader.feed(body[:20]), body[:20])
    must_be_bytes(reader.feed(b""), b"")
    must_wait(reader, "a part of it")
    must_be_bytes(reader.feed(body[20:]), body[20:])
    must_be_done(reader)


@check(
    points=2,
    misconception="one-send-one-recv",
    needs="body_reader_counts_a_body_of_known_length",
    hint="Two messages in one recv: whose are the bytes after the body?",
)
def test_body_reader_leaves_the_next_message_in_the_buffer(student, nonce):
    """BodyReader begins with what is in the buffer, and leaves there what comes after the body."""
    body, behind = nonce(30), nonce(20)
    buffer = student.ReceiveBuffer()
    buffer.feed(body[:10])
    reader = student.BodyReader(30, buffer)
    must_be_bytes(reader.feed(b""), body[:10])
    must_be_bytes(reader.feed(body[10:] + behind[:5]), body[10:])
    must_be_bytes(reader.feed(behind[5:]), b"")
    must_be_bytes(buffer.take_at_most(100), behind)


@check(
    points=1,
    misconception="length-is-characters",
    needs="body_reader_counts_a_body_of_known_length",
    hint="How long is 'é' in UTF-8? And what if a piece ends in the middle of it?",
)
def test_body_reader_counts_bytes(student, nonce):
    """BodyReader counts bytes, whatever they mean, and takes any of them."""
    body = "é€".encode() * 20 + nonce(10) + b"\xff\x00\r\n"
    reader = student.BodyReader(len(body))
    must_be_bytes(reader.feed(body[:1]) + reader.feed(body[1:-1]), body[:-1])
    must_wait(reader, "the last byte")
    must_be_bytes(reader.feed(body[-1:] + b"behind"), body[-1:])
    must_be_done(reader)


@check(
    points=1,
    misconception="every-message-has-a-body",
    needs="body_reader_counts_a_body_of_known_length",
    hint="Is there a state in which it waits, if there is nothing to come?",
)
def test_body_reader_without_a_body_is_done_at_once(student, nonce):
    """BodyReader(0) is done before anything is fed, and takes nothing."""
    reader = student.BodyReader(0)
    must_be_done(reader)
    must_be_bytes(reader.feed(nonce(9)), b"")
    reader.end_of_stream()


@check(
    points=2,
    misconception="end-is-complete",
    needs="body_reader_counts_a_body_of_known_length",
    hint="For which of the three framings is the end of the stream the end of the body?",
)
def test_body_reader_tells_a_body_that_was_cut_short(student, nonce):
    """BodyReader.end_of_stream raises HttpError(400) in the middle of a counted body."""
    reader = student.BodyReader(50)
    reader.feed(nonce(49))
    assert refused(student, reader.end_of_stream) == 400
    reader.feed(nonce(1))
    reader.end_of_stream()
    must_be_done(reader)


@check(
    points=2,
    misconception="close-ends-message",
    needs="body_reader_tells_a_body_that_was_cut_short",
    hint="How much is left of a body that goes on until the close?",
)
def test_body_reader_goes_on_until_the_close(student, nonce):
    """BodyReader(UNTIL_CLOSE) takes all that comes, and is done when the stream ends."""
    body = nonce(5_000)
    reader = student.BodyReader(student.UNTIL_CLOSE)
    must_be_bytes(reader.feed(body[:4_000]) + reader.feed(body[4_000:]), body)
    must_wait(reader, "the close")
    reader.end_of_stream()
    must_be_done(reader)


def must_refuse_bodies(student, bodies):
    """A new reader for chunks answers each of these bodies with HttpError(400)."""
    examples = {name: (student.BodyReader(student.CHUNKED), data) for name, data in bodies.items()}
    answers = refusals(student, lambda reader, data: reader.feed(data), examples)
    assert answers == dict.fromkeys(bodies, 400)


def in_chunks(*pieces, last=b"0\r\n\r\n"):
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + last


@check(
    points=1,
    misconception="none-is-empty",
    needs=("parse_chunk_line_is_hexadecimal", "body_reader_counts_a_body_of_known_length"),
    hint="A step that takes a size has no byte of the body to return. Shall feed stop there?",
)
def test_body_reader_goes_on_after_a_size_and_an_end(student):
    """BodyReader.feed goes on when a step returns b"", and stops at None."""
    reader = student.BodyReader(student.CHUNKED)
    for data, expected in ((b"3\r\nabc", b"abc"), (b"\r\n3\r\ndef", b"def")):
        if reader.feed(data) == b"":
            step = "the size" if expected == b"abc" else "the end of a chunk"
            raise Difference(f"feed returns {expected!r}", f"it stopped after {step}: b''")


@check(
    points=1,
    misconception="chunks-come-whole",
    needs="body_reader_goes_on_after_a_size_and_an_end",
    hint="There is more in the buffer. What stopped your loop: None, or a piece of the body?",
)
def test_body_reader_takes_all_chunks_that_are_there(student, nonce):
    """BodyReader.feed returns the bytes of all chunks that are there, not of one in each call."""
    one, two = nonce(3), nonce(40)
    reader = student.BodyReader(student.CHUNKED)
    if reader.feed(in_chunks(one, two, last=b"")) == one:
        raise Difference("feed returns the data of both chunks", f"only the first one's: {one!r}")


@check(
    points=2,
    misconception="",
    needs="body_reader_takes_all_chunks_that_are_there",
    hint="Go through the drawing of the states with the bytes in your hand.",
)
def test_body_reader_takes_chunks_out_of_their_frames(student, nonce):
    """BodyReader(CHUNKED) gives the bytes of all chunks, without sizes and line ends."""
    one, two = nonce(26), nonce(300)
    reader = student.BodyReader(student.CHUNKED)
    must_be_bytes(reader.feed(in_chunks(one, two)), one + two)
    must_be_done(reader)


@check(
    points=3,
    misconception="chunks-come-whole",
    needs="body_reader_takes_chunks_out_of_their_frames",
    hint="Which method returns None, if only a part of what it takes is there?",
)
def test_body_reader_takes_chunks_in_any_slicing(student, nonce, peers):
    """BodyReader gives the same for every slicing: byte by byte, or cut anywhere."""
    body = [nonce(3), b"\r\n0\r\n\r\n", nonce(40)]
    data = in_chunks(*body)
    for step in (1, 2, 3, 7, peers.chance.randrange(4, 20)):
        reader = student.BodyReader(student.CHUNKED)
        pieces = [reader.feed(data[at : at + step]) for at in range(0, len(data), step)]
        must_be_bytes(b"".join(pieces), b"".join(body))
        must_be_done(reader)


@check(
    points=1,
    misconception="whole-message-first",
    needs="body_reader_takes_chunks_out_of_their_frames",
    hint="Must all of a chunk be there before its first byte may go on?",
)
def test_body_reader_gives_a_part_of_a_chunk_at_once(student, nonce):
    """BodyReader gives the bytes of a chunk as they come, not when the chunk is whole."""
    body = nonce(40)
    reader = student.BodyReader(student.CHUNKED)
    must_be_bytes(reader.feed(b"28\r\n" + body[:1]), body[:1])
    must_be_bytes(reader.feed(body[1:30]), body[1:30])


@check(
    points=2,
    misconception="one-send-one-recv",
    needs="body_reader_takes_chunks_out_of_their_frames",
    hint="After the last chunk: what belongs to the body still, and what to the next message?",
)
def test_body_reader_leaves_what_is_behind_the_last_chunk(student, nonce):
    """BodyReader is done at the empty line after the last chunk, and takes no byte more."""
    body, behind = nonce(9), nonce(20)
    buffer = student.ReceiveBuffer()
    reader = student.BodyReader(student.CHUNKED, buffer)
    must_be_bytes(reader.feed(in_chunks(body, last=b"0\r\n")), body)
    must_wait(reader, "the empty line")
    must_be_bytes(reader.feed(b"\r\n" + behind), b"")
    must_be_done(reader)
    must_be_bytes(buffer.take_at_most(100), behind)


@check(
    points=1,
    misconception="",
    needs="body_reader_leaves_what_is_behind_the_last_chunk",
    hint="Are the size of a chunk, its line ends and the next message bytes of this body?",
)
def test_body_reader_counts_what_it_has_returned(student, nonce):
    """BodyReader.received is how many bytes of the body were returned so far."""
    one, two = nonce(9), nonce(26)
    reader = student.BodyReader(student.CHUNKED)
    counts = [reader.received]
    for data in (in_chunks(one, last=b"1a\r\n"), two + b"\r\n0\r\n\r\nGET / HTTP/1.1"):
        reader.feed(data)
        counts.append(reader.received)
    counted = student.BodyReader(9)
    counted.feed(one + two)
    assert [*counts, counted.received] == [0, 9, 35, 9]


@check(
    points=2,
    misconception="",
    needs="body_reader_leaves_what_is_behind_the_last_chunk",
    hint="Is the line after the last chunk always empty?",
)
def test_body_reader_keeps_trailers(student, nonce):
    """BodyReader takes the fields after the last chunk, and keeps them in `trailers`."""
    body, value = nonce(9), nonce(9).decode()
    last = f"0\r\nX-Sum: {value}\r\nX-Other:\r\n\r\n".encode()
    reader = student.BodyReader(student.CHUNKED)
    must_be_bytes(reader.feed(in_chunks(body, last=last[:-2])), body)
    must_wait(reader, "the empty line")
    must_be_bytes(reader.feed(last[-2:]), b"")
    must_be_done(reader)
    assert tuple(reader.trailers) == (("X-Sum", value), ("X-Other", ""))


@check(
    points=2,
    misconception="be-liberal",
    needs="body_reader_keeps_trailers",
    hint="Which line, or which end, do you take without a look at it?",
)
def test_body_reader_refuses_broken_chunks(student):
    """BodyReader refuses a chunk that does not end where it says, and bad lines, with 400."""
    must_refuse_bodies(
        student,
        {
            "data too long": b"3\r\nabcd\r\n0\r\n\r\n",
            "two other bytes after the data": b"3\r\nabcxy0\r\n\r\n",
            "no CRLF after the data": b"3\r\nabc0\r\n\r\n",
            "no size": b"3\r\nabc\r\n\r\n0\r\n\r\n",
            "a trailer that is no field": b"0\r\nX Sum: 5\r\n\r\n",
        },
    )


@check(
    points=1,
    misconception="line-ends-at-lf",
    needs="body_reader_keeps_trailers",
    hint="You look for LF. Which byte must stand before it, and what if it does not?",
)
def test_body_reader_takes_no_lf_alone_for_a_line_end(student):
    """BodyReader refuses a line of a chunked body that ends in LF alone, with 400."""
    must_refuse_bodies(
        student,
        {
            "LF for CRLF after the data": b"3\r\nabc\n0\r\n\r\n",
            "a size that ends in LF": b"3\nabc\r\n0\r\n\r\n",
            "a bare LF for the last line": b"0\r\n\n\r\n",
            "a trailer that ends in LF": b"0\r\nX-Sum: 5\n\r\n",
        },
    )


@check(
    points=1,
    misconception="",
    needs="body_reader_takes_no_lf_alone_for_a_line_end",
    hint="Up to which byte do you take a line? The LF is there: what else do you wait for?",
)
def test_body_reader_refuses_an_lf_alone_as_soon_as_it_comes(student):
    """BodyReader refuses a line that ends in LF at once: it does not wait for a CRLF behind it."""
    must_refuse_bodies(
        student,
        {
            "a size that ends in LF": b"3\n",
            "a bare LF for the last line": b"0\r\n\n",
            "a trailer that ends in LF": b"0\r\nX-Sum: 5\n",
        },
    )


@check(
    points=1,
    misconception="every-line-ends",
    needs="body_reader_keeps_trailers",
    hint="A line may never end, and trailers may never end. What is `left` for all of them?",
)
def test_body_reader_bounds_its_lines_and_all_trailers_together(student):
    """BodyReader refuses a size without an end, and trailers without an end, with 400."""
    must_refuse_bodies(
        student,
        {
            "a size without end": b"1" * 70_000,
            "a trailer without end": b"0\r\nX-Sum: " + b"5" * 70_000,
            "trailers without end": b"0\r\n" + b"X-Sum: 5\r\n" * 7_000,
        },
    )


@check(
    points=1,
    misconception="end-is-complete",
    needs="body_reader_takes_chunks_out_of_their_frames",
    hint="All chunks so far were whole. Was the last one there?",
)
def test_body_reader_misses_the_last_chunk(student, nonce):
    """BodyReader.end_of_stream raises HttpError(400) if the last chunk, or its end, is missing."""
    for missing in (b"", b"0\r\n", b"0\r\nX-Sum: 5\r\n"):
        reader = student.BodyReader(student.CHUNKED)
        reader.feed(in_chunks(nonce(9), last=missing))
        assert refused(student, reader.end_of_stream) == 400


# Rewriting.


@check(
    points=1, misconception="absolute-form-travels", hint="Who says where to go: the first line?"
)
def test_origin_of_is_host_and_port_of_the_target(student, nonce):
    """origin_of is host and port of the target, whatever Host says."""
    name = nonce(6).decode()
    for fields in ((), (("Host", "other:81"),)):
        head = request(student, *fields, target=f"http://{name}:8080/a")
        assert tuple(student.origin_of(head)) == (name, 8080)


@check(
    points=1,
    misconception="",
    needs="origin_of_is_host_and_port_of_the_target",
    hint="What does absolute_form give you? Which of its parts may be empty?",
)
def test_origin_of_takes_the_authority_apart(student, nonce):
    """origin_of has an IPv6 address without its brackets, and port 80 where none is written."""
    name = nonce(6).decode()
    targets = {
        f"http://{name}": (name, 80),
        f"http://{name}:1": (name, 1),
        f"http://{name}:/": (name, 80),
        f"HTTP://{name}?q": (name, 80),
        "http://[::1]:8080/a": ("::1", 8080),
        "http://[::1]/": ("::1", 80),
        "http://127.0.0.1:65535/": ("127.0.0.1", 65_535),
    }
    answers = {t: tuple(student.origin_of(request(student, target=t))) for t in targets}
    assert answers == targets


@check(
    points=1,
    misconception="be-liberal",
    needs="origin_of_is_host_and_port_of_the_target",
    hint="From which number to which do ports go?",
)
def test_origin_of_refuses_what_names_no_origin(student):
    """origin_of refuses a port out of range, user:password@, and other forms than absolute: 400."""
    targets = ("http://h:0/", "http://h:65536/", "http://h:x/", "http://u:p@h/", "http:///a",
               "http://::1/", "/a", "*", "h:80", "ftp://h/", "http://h/#a")  # fmt: skip
    examples = {t: (request(student, target=t),) for t in targets}
    answers = refusals(student, student.origin_of, examples)
    assert answers == dict.fromkeys(targets, 400)


@check(
    points=2,
    misconception="fields-belong-to-the-message",
    hint="For whom is Keep-Alive: the origin, or the other end of this connection?",
)
def test_end_to_end_drops_what_is_of_one_connection(student, nonce):
    """end_to_end drops HOP_BY_HOP, however they are written, and keeps the others."""
    kept = (("X-One", nonce(5).decode()), ("Cookie", "a=b"), ("A", nonce(5).decode()))
    hops = [(name.title(), "x") for name in sorted(student.HOP_BY_HOP) if name != "connection"]
    head = request(student, kept[0], *hops, kept[1], ("CONNECTION", "close"), kept[2])
    assert tuple(student.end_to_end(head)) == kept


@check(
    points=1,
    misconception="",
    needs="end_to_end_drops_what_is_of_one_connection",
    hint="Two cookies are two fields. Which fields are yours to remove: is each one in the list?",
)
def test_end_to_end_keeps_all_others_as_they_are(student, nonce):
    """end_to_end keeps every other field as it is: in order, and each of several with one name."""
    one, two = nonce(5).decode(), nonce(5).decode()
    kept = (("Set-Cookie", one), ("Via", "1.1 a"), ("Set-Cookie", two), ("set-cookie", one))
    kept += (("Trailer", "X-Sum"), ("Host", "h"), ("Set-Cookie", two), ("Empty", ""))
    assert tuple(student.end_to_end(request(student, *kept))) == kept


@check(
    points=1,
    misconception="fields-belong-to-the-message",
    needs="end_to_end_drops_what_is_of_one_connection",
    hint="What is the value of Connection a list of?",
)
def test_end_to_end_drops_what_connection_names(student):
    """end_to_end drops the fields that Connection names, too, in any case."""
    named = (("Connection", "close, X-Secret"), ("connection", "x-hop ,X-Absent"))
    head = request(student, *named, ("x-secret", "1"), ("X-HOP", "2"), ("X-Kept", "1"))
    assert tuple(student.end_to_end(head)) == (("X-Kept", "1"),)


@check(
    points=1,
    misconception="",
    needs="end_to_end_drops_what_connection_names",
    hint="A client may name any field in Connection. Which one must the next reader have?",
)
def test_end_to_end_keeps_the_length(student):
    """end_to_end keeps Content-Length even if Connection names it."""
    length = ("Content-Length", "5")
    made = tuple(student.end_to_end(request(student, ("Connection", "content-length"), length)))
    if made != (length,):
        raise Difference("Content-Length: 5 is kept, and nothing else", f"these are left: {made}")


@check(points=1, misconception="absolute-form-travels", hint="Which form does an origin expect?")
def test_to_origin_request_has_the_origin_form(student, nonce):
    """to_origin_request has the origin form as its target, which begins with the path."""
    path = f"/{nonce(6).decode()}"
    targets = {f"http://h:8080{path}": path, "http://h/": "/", "http://[::1]:80/x": "/x"}
    host = ("Host", "h")
    answers = {
        t: student.to_origin_request(request(student, host, target=t)).target for t in targets
    }
    assert answers == targets


@check(
    points=1,
    misconception="",
    needs="to_origin_request_has_the_origin_form",
    hint="Compare character by character: what is lost behind the path, or has become another one?",
)
def test_to_origin_request_leaves_path_and_query_as_they_came(student, nonce):
    """to_origin_request sends path and query on, with each escape and each slash as it came."""
    word = nonce(6).decode()
    paths = (f"/{word}?a=b", f"/{word}?a=b//c?d", f"/a%2Fb//{word}", f"/%41%0D%0A?q=%26{word};/..")
    heads = {path: request(student, ("Host", "h"), target=f"http://h{path}") for path in paths}
    answers = {path: student.to_origin_request(head).target for path, head in heads.items()}
    assert answers == {path: path for path in paths}


@check(
    points=1,
    misconception="",
    needs="to_origin_request_has_the_origin_form",
    hint="With which character does every origin form begin? And what is asked of a whole server?",
)
def test_to_origin_request_fills_in_a_missing_path(student):
    """to_origin_request has "/" where the path is missing; for OPTIONS "*" if the query is, too."""
    targets = {
        "GET http://h": "/",
        "GET http://h?q=1": "/?q=1",
        "OPTIONS http://h": "*",
        "OPTIONS http://h/": "/",
        "OPTIONS http://h/x": "/x",
        "OPTIONS http://h?q": "/?q",
    }
    answers = {}
    for words in targets:
        method, target = words.split()
        head = request(student, ("Host", "h"), method=method, target=target)
        answers[words] = student.to_origin_request(head).target
    assert answers == targets


@check(
    points=1,
    misconception="absolute-form-travels",
    needs="to_origin_request_has_the_origin_form",
    hint="The client says one host in the target and another one in Host. Which one counts?",
)
def test_to_origin_request_takes_host_from_the_target(student, nonce):
    """to_origin_request begins with the Host of the target, and the client's own is gone."""
    name = nonce(6).decode()
    head = request(student, ("Host", "other"), ("A", "b"), target=f"http://{name}/x")
    fields = tuple(student.to_origin_request(head).fields)
    assert fields[:2] == (("Host", name), ("A", "b"))
    assert [field for field, _ in fields].count("Host") == 1


@check(
    points=1,
    misconception="names-are-exact",
    needs="to_origin_request_takes_host_from_the_target",
    hint="The client wrote hOST. Is that another field?",
)
def test_to_origin_request_removes_host_however_it_is_written(student, nonce):
    """to_origin_request has one Host, its own, in whatever case the client has written its."""
    name = nonce(6).decode()
    for written in ("host", "HOST", "hOST"):
        head = request(student, (written, "other"), ("A", "b"), target=f"http://{name}/x")
        fields = tuple(student.to_origin_request(head).fields)
        assert fields[:2] == (("Host", name), ("A", "b"))


@check(
    points=1,
    misconception="",
    needs="to_origin_request_takes_host_from_the_target",
    hint="What is the authority of http://h:8080/x? Does the port belong to it?",
)
def test_to_origin_request_writes_all_of_the_authority_into_host(student, nonce):
    """to_origin_request has the target's authority in Host, as it is written: with its port."""
    name = nonce(6).decode()
    written = (f"{name}:8080", f"{name}:80", "[::1]:8080", "[::1]")
    heads = {host: request(student, ("Host", "h"), target=f"http://{host}/") for host in written}
    first = {host: student.to_origin_request(head).fields[0] for host, head in heads.items()}
    assert first == {host: ("Host", host) for host in written}


@check(
    points=1,
    misconception="",
    needs="to_origin_request_has_the_origin_form",
    hint="Who speaks on this connection: the client, or you? Which version do you speak?",
)
def test_to_origin_request_speaks_its_own_version(student):
    """to_origin_request speaks HTTP/1.1, whatever version the client speaks."""
    heads = [request(student, ("Host", "h"), version=f"HTTP/1.{minor}") for minor in (0, 1)]
    versions = [student.to_origin_request(head).version for head in heads]
    assert versions == ["HTTP/1.1", "HTTP/1.1"]


@check(
    points=1,
    misconception="fields-belong-to-the-message",
    needs=(
        "to_origin_request_takes_host_from_the_target",
        "to_origin_request_speaks_its_own_version",
    ),
    hint="Compare your fields one by one with those in the text of the exercise.",
)
def test_to_origin_request_makes_a_head_for_the_next_hop(student):
    """to_origin_request drops hop-by-hop fields, and adds Via and Connection: its own."""
    fields = (("Host", "h"), ("Proxy-Connection", "keep-alive"), ("TE", "trailers"), CHUNKED)
    head = request(student, *fields, ("A", "b"), method="PUT")
    old = request(student, ("Via", "1.1 first"), version="HTTP/1.0")
    made = student.to_origin_request(head)
    host, via, close_it = ("Host", "h"), ("Via", "1.1 workbook"), ("Connection", "close")
    assert tuple(made) == (
        "PUT",
        "/",
        "HTTP/1.1",
        0,
        "",
        (host, ("A", "b"), CHUNKED, via, close_it),
    )
    kept = student.to_origin_request(old, True)
    expected = (host, ("Via", "1.1 first"), ("Via", "1.0 workbook"))
    assert (kept.version, tuple(kept.fields)) == ("HTTP/1.1", expected)


@check(
    points=1,
    misconception="both-lengths-is-fine",
    needs="to_origin_request_makes_a_head_for_the_next_hop",
    hint="Which function of this lab refuses a head that contradicts itself?",
)
def test_to_origin_request_forwards_no_contradiction(student):
    """to_origin_request refuses a request with two lengths, with a bad one, with no origin."""
    host = ("Host", "h")
    examples = {
        "both": (request(student, host, ("Content-Length", "5"), CHUNKED),),
        "a bad length": (request(student, host, ("Content-Length", "5, 6")),),
        "no origin": (request(student, host, target="/"),),
    }
    answers = refusals(student, student.to_origin_request, examples)
    assert answers == dict.fromkeys(examples, 400)


@check(
    points=2,
    misconception="fields-belong-to-the-message",
    needs="end_to_end_drops_what_is_of_one_connection",
    hint="The way back is a hop, too.",
)
def test_to_client_response_makes_a_head_for_the_next_hop(student, nonce):
    """to_client_response speaks HTTP/1.1, drops hop-by-hop fields, adds Via and Connection."""
    mine = ("Set-Cookie", nonce(5).decode())
    fields = (("Connection", "keep-alive, X-Hop"), ("X-Hop", "1"), ("Keep-Alive", "5"), CHUNKED)
    via, close_it = ("Via", "1.0 workbook"), ("Connection", "close")
    head = response(student, *fields, mine, version="HTTP/1.0", status=201)
    made = student.to_client_response(head, False)
    assert (made.version, made.status, tuple(made.fields)) == (
        "HTTP/1.1",
        201,
        (mine, via, close_it),
    )
    made = student.to_client_response(head, True, True)
    assert tuple(made.fields) == (mine, CHUNKED, via)


@check(
    points=1,
    misconception="",
    needs=(
        "to_origin_request_makes_a_head_for_the_next_hop",
        "to_client_response_makes_a_head_for_the_next_hop",
    ),
    hint="Your function gets `by`. Who else must get it, so that it comes into Via?",
)
def test_to_both_ends_it_says_by_whom(student, nonce):
    """to_origin_request and to_client_response write `by` into Via, if it is given."""
    name = nonce(6).decode()
    there = student.to_origin_request(request(student, ("Host", "h")), True, name)
    back = student.to_client_response(response(student), False, True, name)
    vias = [dict(head.fields).get("Via") for head in (there, back)]
    assert vias == [f"1.1 {name}", f"1.1 {name}"]


# Sockets.


@check(points=1, misconception="timeout-bounds-request", hint="What does create_connection take?")
def test_connect_to_returns_a_connected_socket_with_the_timeout(student, peers):
    """connect_to returns a socket that is connected to the origin and has the timeout."""
    with peers.origin([hear_until_end()]) as origin:
        host, port = origin.address
        with student.connect_to(student.Endpoint(host, port), TIMEOUT_S) as sock:
            assert sock.getpeername()[1] == port
            assert sock.gettimeout() == TIMEOUT_S


@check(
    points=1,
    misconception="lookup-is-free",
    needs="connect_to_returns_a_connected_socket_with_the_timeout",
    hint="Of which family is a socket that can dial ::1? Who tells it?",
)
def test_connect_to_reaches_ipv6(student):
    """connect_to reaches an origin of either family: it does not take IPv4 for granted."""
    try:
        listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no ::1 to dial")
    with listener:
        port = listener.getsockname()[1]
        with student.connect_to(student.Endpoint("::1", port), TIMEOUT_S) as sock:
            assert sock.getpeername()[:2] == ("::1", port)


@check(
    points=1,
    misconception="lookup-is-free",
    needs="connect_to_returns_a_connected_socket_with_the_timeout",
    hint="Which exceptions does create_connection raise for a name that can't be looked up?",
)
def test_connect_to_a_name_that_is_none_is_502(student):
    """connect_to answers a name that can't be one with HttpError(502): looking it up may fail."""
    examples = {
        name: (student.Endpoint(name, 80), SHORT_S) for name in ("a..b", "x" * 64, "256.1.1.1.")
    }
    answers = refusals(student, student.connect_to, examples)
    assert answers == dict.fromkeys(examples, 502)


@check(
    points=1,
    misconception="",
    needs="connect_to_returns_a_connected_socket_with_the_timeout",
    hint="When does your socket get its timeout: before it connects, or when it has?",
)
def test_connect_to_waits_no_longer_than_its_timeout(student, background):
    """connect_to gives up when the origin does not answer for timeout_s."""
    with unanswering() as (host, port):
        call = background(student.connect_to, student.Endpoint(host, port), SHORT_S)
        with suppress(student.HttpError):  # which one is for the next check
            call.result(2)


@check(
    points=1,
    misconception="failures-are-silent",
    needs="connect_to_waits_no_longer_than_its_timeout",
    hint="Which one is the client told: the origin refused, or the origin was silent?",
)
def test_connect_to_tells_refused_from_silent(student):
    """connect_to raises HttpError: 502 where the origin refuses, 504 where it does not answer."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))  # and nobody listens
        nobody = student.Endpoint(*bound.getsockname())
        assert refused(student, student.connect_to, nobody, SHORT_S) == 502
    with unanswering() as (host, port):
        silent = student.Endpoint(host, port)
        assert refused(student, student.connect_to, silent, SHORT_S) == 504


@pytest.fixture
def relayed(student, peers, background):
    """`relayed(framing, chunked, *steps)` relays a body that a source says in these steps.

    Returns the call, and the peers of source and sink.
    """
    with ExitStack() as ends:

        def start(framing, chunked, *steps):
            sink = ends.enter_context(peers.playing(hear_until_end(), who="sink"))
            sink_peer = peers.last
            source = ends.enter_context(peers.playing(*steps, who="source"))
            reader = student.BodyReader(framing)
            call = background(student.relay_body, source, reader, sink, chunked)
            return call, peers.last, sink_peer

        yield start


def must_hear(peer, expected):
    """The peer hears exactly this, within a bound."""
    with suppress(TimeoutError):  # the difference then says what is missing
        kernel.wait_until(lambda: len(peer.heard) >= len(expected), what="all bytes")
    must_be_bytes(peer.heard, expected)


def out_of_chunks(data):
    """The bytes in chunks that have come whole, and what came from the last chunk on."""
    body = b""
    while not data.startswith(b"0\r\n"):
        line, _, behind = data.partition(b"\r\n")
        size = int(line, 16) if line else 0
        if len(behind) < size + 2:
            return body, b""
        body, data = body + behind[:size], behind[size + 2 :]
    return body, data


def must_hear_chunks(peer, body, last=b"0\r\n\r\n", head=b""):
    """The peer hears `head`, then `body` in chunks of any size, then `last`, within a bound."""
    with suppress(TimeoutError):
        kernel.wait_until(
            lambda: out_of_chunks(peer.heard[len(head) :]) == (body, last), what="all chunks"
        )
    must_be_bytes(peer.heard[: len(head)], head)
    heard, end = out_of_chunks(peer.heard[len(head) :])
    must_be_bytes(heard, body)
    must_be_bytes(end, last)


@check(
    points=2, misconception="close-ends-message", hint="When does the reader know that it is done?"
)
def test_relay_body_returns_at_the_end_of_the_body(relayed, nonce):
    """relay_body sends a counted body on, and returns though the source stays open."""
    body = nonce(5_000)
    call, _, sink = relayed(5_000, False, dribble(body, size=1_000), stall())
    call.result()
    must_hear(sink, body)


@check(
    points=2,
    misconception="whole-message-first",
    needs="relay_body_returns_at_the_end_of_the_body",
    hint="When do you send: in the loop, or after it?",
)
def test_relay_body_forwards_each_piece_at_once(relayed, nonce):
    """relay_body has sent the first bytes before the last ones have come."""
    first, rest = nonce(10), nonce(10)
    call, source, sink = relayed(20, False, say(first), stall(), say(rest), stall())
    must_hear(sink, first)
    source.release()
    call.result()
    must_hear(sink, first + rest)


@check(
    points=1,
    misconception="one-send-one-recv",
    needs="relay_body_returns_at_the_end_of_the_body",
    hint="Part of the body came with the head. Where is it now?",
)
def test_relay_body_begins_with_what_is_in_the_buffer(student, peers, background, nonce):
    """relay_body sends what the reader's buffer holds already, without waiting for more."""
    body = nonce(30)
    buffer = student.ReceiveBuffer()
    buffer.feed(body)
    with peers.playing(stall(), who="source") as source, peers.hearing() as sink:
        reader = student.BodyReader(30, buffer)
        background(student.relay_body, source, reader, sink, False).result()
        must_hear(peers.last, body)


@check(
    points=1,
    misconception="chunks-come-whole",
    needs="relay_body_forwards_each_piece_at_once",
    hint="What is a chunk of size 0, wherever it comes?",
)
def test_relay_body_makes_chunks_of_its_own(student, relayed, nonce):
    """relay_body sends each piece as a chunk, never an empty one, and the last chunk in the end."""
    one, two = nonce(9), nonce(20)
    data = in_chunks(one, last=b"") + b"1"  # the next size comes in two pieces
    rest = b"4\r\n" + two + b"\r\n0\r\n\r\n"
    call, source, sink = relayed(student.CHUNKED, True, say(data), stall(), say(rest), stall())
    must_hear_chunks(sink, one, last=b"")
    source.release()
    call.result()
    must_hear_chunks(sink, one + two)


@check(
    points=1,
    misconception="",
    needs="relay_body_makes_chunks_of_its_own",
    hint="What came behind the last chunk? The reader has kept it: who sends it on?",
)
def test_relay_body_sends_the_trailers_behind_the_last_chunk(student, relayed, nonce):
    """relay_body sends the trailers that came behind the last chunk of its own, too."""
    body, last = nonce(9), b"0\r\nX-Sum: 5\r\n\r\n"
    call, _, sink = relayed(student.CHUNKED, True, say(in_chunks(body, last=last)), stall())
    call.result()
    must_hear_chunks(sink, body, last)


@check(
    points=1,
    misconception="",
    needs="relay_body_makes_chunks_of_its_own",
    hint="What does `chunked` say: how the body comes, or how it goes out?",
)
def test_relay_body_takes_chunks_off_for_who_knows_none(student, relayed, nonce):
    """relay_body without `chunked` sends only the bytes of a body that comes in chunks."""
    one, two = nonce(9), nonce(20)
    call, _, sink = relayed(student.CHUNKED, False, say(in_chunks(one, two)), stall())
    call.result()
    must_hear(sink, one + two)


@check(
    points=2,
    misconception="end-is-complete",
    needs="relay_body_makes_chunks_of_its_own",
    hint="recv returned b'': who knows whether that is the end of the body?",
)
def test_relay_body_never_ends_what_was_cut_short(student, relayed, nonce):
    """relay_body raises HttpError(400) if the source ends too early, and sends no last chunk."""
    body = nonce(9)
    call, _, sink = relayed(student.CHUNKED, True, say(in_chunks(body, last=b"")), close())
    assert refused(student, call.result) == 400
    must_hear_chunks(sink, body, last=b"")
    with suppress(TimeoutError):  # a wrong end, if there is one, is on its way
        kernel.wait_until(lambda: out_of_chunks(sink.heard)[1], timeout_s=0.05, what="an end")
    must_hear_chunks(sink, body, last=b"")


@check(
    points=1,
    misconception="end-is-complete",
    needs="relay_body_never_ends_what_was_cut_short",
    hint="Is a reset an end?",
)
def test_relay_body_takes_a_reset_for_no_end(student, relayed, nonce):
    """relay_body raises HttpError(400) if the source is reset, even if the body has no length."""
    call, _, _ = relayed(student.UNTIL_CLOSE, False, say(nonce(9)), reset())
    assert refused(student, call.result) == 400


@check(
    points=1,
    misconception="close-ends-message",
    needs="relay_body_never_ends_what_was_cut_short",
    hint="Who tells the reader that the stream has ended?",
)
def test_relay_body_goes_on_until_the_close(student, relayed, nonce):
    """relay_body sends all of a body that ends with its connection, and returns then."""
    body = nonce(3_000)
    call, _, sink = relayed(student.UNTIL_CLOSE, False, dribble(body, size=1_000), close())
    call.result()
    must_hear(sink, body)


@check(
    points=1,
    misconception="",
    needs="relay_body_takes_a_reset_for_no_end",
    hint="Around which call is your `try`: only around recv, or around the sends, too?",
)
def test_relay_body_tells_a_lost_sink_from_a_lost_source(student, peers, background, nonce):
    """relay_body raises the OSError of the sink as it is: only the source's is an HttpError."""
    buffer = student.ReceiveBuffer()
    buffer.feed(nonce(9))
    with (
        peers.playing(stall(), who="source") as source,
        peers.playing(reset(), who="sink") as sink,
    ):
        peers.last.wait()
        reader = student.BodyReader(20, buffer)
        try:
            background(student.relay_body, source, reader, sink, False).result()
        except student.HttpError as error:
            raise Difference("OSError: the sink is gone", f"it raised {error!r}") from error
        except OSError:
            return
    raise Difference("OSError: the sink is gone", "it returned")


OK = b"HTTP/1.1 200 OK\r\n"
MORE = b"Via: 1.1 workbook\r\nConnection: close\r\n\r\n"


@pytest.fixture
def answering(student, peers, background):
    """`answering(asked, *steps)`: the origin answers in these steps, relay_response forwards it.

    Returns the client's peer when relay_response has returned.
    """
    with ExitStack() as ends:

        def start(asked, *steps):
            client = ends.enter_context(peers.playing(hear_until_end(), who="client"))
            client_peer = peers.last
            origin = ends.enter_context(peers.playing(*steps, who="origin"))
            background(student.relay_response, origin, client, asked).result()
            return client_peer

        yield start


@check(
    points=1,
    misconception="fields-belong-to-the-message",
    needs="to_client_response_makes_a_head_for_the_next_hop",
    hint="Which function makes the client's head of the origin's?",
)
def test_relay_response_rewrites_the_head(student, answering):
    """relay_response sends the head that to_client_response makes of the origin's."""
    length = b"Content-Length: 0\r\n"
    head = OK + length + b"Keep-Alive: timeout=5\r\nConnection: keep-alive" + END
    client = answering(request(student), say(head), stall())
    must_hear(client, OK + length + MORE)


@check(
    points=1,
    misconception="one-send-one-recv",
    needs=("relay_response_rewrites_the_head", "relay_body_goes_on_until_the_close"),
    hint="A recv has brought the head, and a part of the body. Where is that part now?",
)
def test_relay_response_forwards_head_and_body(student, answering, nonce):
    """relay_response sends head and body, of a length or until the close, however they come."""
    body = nonce(40)
    length = b"Content-Length: 40\r\n"
    fields = length + b"Keep-Alive: timeout=5\r\n\r\n"
    client = answering(request(student), say(OK + fields + body), stall())
    must_hear(client, OK + length + MORE + body)
    client = answering(request(student), say(OK + b"A: b" + END), say(body), close())
    must_hear(client, OK + b"A: b\r\n" + MORE + body)


@check(
    points=2,
    misconception="every-message-has-a-body",
    needs="relay_response_forwards_head_and_body",
    hint="What decides whether a body follows: the length alone?",
)
def test_relay_response_awaits_no_body_where_there_is_none(student, answering):
    """relay_response returns after the head of a 304, and of the answer to HEAD."""
    length = b"Content-Length: 40\r\n"
    client = answering(request(student, method="HEAD"), say(OK + length + b"\r\n"), stall())
    must_hear(client, OK + length + MORE)
    line = b"HTTP/1.1 304 Not Modified\r\n"
    client = answering(request(student), say(line + length + b"\r\n"), stall())
    must_hear(client, line + length + MORE)


@check(
    points=2,
    misconception="",
    needs=("relay_response_forwards_head_and_body", "relay_body_makes_chunks_of_its_own"),
    hint="A client of HTTP/1.0 reads until the close. What does it make of sizes and line ends?",
)
def test_relay_response_sends_chunks_to_those_who_know_them(student, answering, nonce):
    """relay_response sends a chunked body in chunks, but plain to a client of HTTP/1.0."""
    body = nonce(40)
    coming = OK + b"Transfer-Encoding: Chunked" + END + in_chunks(body)
    client = answering(request(student), say(coming), stall())
    must_hear_chunks(client, body, head=OK + b"Transfer-Encoding: chunked\r\n" + MORE)
    client = answering(request(student, version="HTTP/1.0"), say(coming), stall())
    must_hear(client, OK + MORE + body)


CONTINUE = b"HTTP/1.1 100 Continue\r\n"
EARLY = b"HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n"
NINE = b"Content-Length: 9\r\n"


@check(
    points=1,
    misconception="interim-is-final",
    needs="relay_response_forwards_head_and_body",
    hint="How many responses may come to one request? Which of them is the last?",
)
def test_relay_response_waits_for_the_final_response(student, answering, nonce):
    """relay_response sends on all responses with 1xx that come, and then the final one."""
    body = nonce(9)
    last = b"HTTP/1.1 199 Soon\r\n"  # it has no meaning yet, but is an interim one
    heads = (CONTINUE, EARLY, CONTINUE, last)
    pieces = [head + b"\r\n" for head in heads] + [OK + NINE + b"\r\n" + body]
    client = answering(request(student), in_pieces(pieces, in_step=True), stall())
    with suppress(TimeoutError):
        kernel.wait_until(lambda: client.heard.endswith(body), what="the body")
    lines = [line for line in client.heard.split(b"\r\n") if line.startswith(b"HTTP/")]
    assert b" ".join(line.split()[1] for line in lines) == b"100 103 100 199 200"


@check(
    points=1,
    misconception="one-send-one-recv",
    needs="relay_response_waits_for_the_final_response",
    hint="Two heads came in one recv. Where is the second one, when you ask for it?",
)
def test_relay_response_loses_nothing_behind_an_interim_response(student, answering, nonce):
    """relay_response finds the final response, though it came in one piece with those before."""
    body = nonce(9)
    glued = CONTINUE + b"\r\n" + EARLY + b"\r\n" + OK + NINE + b"\r\n" + body
    client = answering(request(student), say(glued), stall())
    with suppress(TimeoutError):
        kernel.wait_until(lambda: client.heard.endswith(body), what="the body")
    must_be_bytes(client.heard[-9:], body)


@check(
    points=1,
    misconception="",
    needs="relay_response_loses_nothing_behind_an_interim_response",
    hint="Does the connection end after an interim response? Which parameter says so?",
)
def test_relay_response_passes_interim_responses_on(student, answering, nonce):
    """relay_response rewrites an interim response as all heads, and announces no close in it."""
    body = nonce(9)
    glued = CONTINUE + b"\r\n" + EARLY + b"\r\n" + OK + NINE + b"\r\n" + body
    client = answering(request(student), say(glued), stall())
    via = b"Via: 1.1 workbook\r\n\r\n"
    must_hear(client, CONTINUE + via + EARLY + via + OK + NINE + MORE + body)


@check(
    points=1,
    misconception="",
    needs="relay_response_passes_interim_responses_on",
    hint="Which version does the client speak? Did that one have interim responses?",
)
def test_relay_response_sends_no_interim_response_to_http_1_0(student, answering, nonce):
    """relay_response sends a client of HTTP/1.0 only the final response, and no 1xx."""
    body, final = nonce(9), OK + b"Content-Length: 9\r\n"
    steps = say(b"HTTP/1.1 100 Continue" + END + final + b"\r\n" + body), stall()
    client = answering(request(student, version="HTTP/1.0"), *steps)
    must_hear(client, final + MORE + body)


@check(
    points=3,
    misconception="end-is-complete",
    needs=("relay_response_forwards_head_and_body", "relay_body_takes_a_reset_for_no_end"),
    hint="How does a client of a body without a length learn that a part of it is missing?",
)
def test_relay_response_resets_the_client_if_the_body_is_cut_short(student, answering, nonce):
    """relay_response resets the client's connection if a body was cut short or malformed."""
    chunked = OK + b"Transfer-Encoding: chunked" + END
    endings = {
        "a length": (say(OK + b"Content-Length: 40" + END + nonce(39)), close()),
        "no last chunk": (say(chunked + in_chunks(nonce(9), last=b"")), close()),
        "a bad chunk": (say(chunked + b"no\r\n"), stall()),
        "a reset": (say(OK + END[2:] + nonce(9)), reset()),
    }
    met = {}
    for name, steps in endings.items():
        client = answering(request(student), *steps)
        with suppress(TimeoutError):
            client.wait(1)
        met[name] = type(client.error).__name__ if client.is_done else "nothing: it is still open"
    assert met == dict.fromkeys(endings, "ConnectionResetError")


@check(
    points=1,
    misconception="failures-are-silent",
    needs="relay_response_forwards_head_and_body",
    hint="Was anything sent to the client yet? Then it can be told.",
)
def test_relay_response_raises_if_there_is_no_proper_answer(student, answering):
    """relay_response raises HttpError(502), and sends nothing, for a bad answer or none."""
    both = b"Content-Length: 5\r\nTransfer-Encoding: chunked"
    starts = {
        "none": (close(),),
        "half a head": (say(OK), close()),
        "a bad head": (say(b"HTTP/1.1 OK" + END), stall()),
        "both lengths": (say(OK + both + END), stall()),
        "another coding": (say(OK + b"Transfer-Encoding: gzip" + END), stall()),
        "a head without end": (say(OK + b"A: b\r\n" * 11_000), stall()),
    }
    examples = {name: (request(student), *steps) for name, steps in starts.items()}
    assert refusals(student, answering, examples) == dict.fromkeys(starts, 502)


@pytest.fixture
def proxied(student, peers, background):
    """`proxied(*steps)`: a client says these to forward_one. Returns its peer, when it is done."""

    def start(*steps, timeout_s=TIMEOUT_S):
        with peers.playing(*steps, hear_until_end(), who="client") as client:
            peer = peers.last
            call = background(student.forward_one, client, timeout_s)
            call.result()
            with suppress(TimeoutError):
                peer.wait(1)
            if not peer.is_done:
                raise Difference("the client is closed in the end", "its connection is still open")
        return peer

    return start


def get(address, path="/", *lines, method="GET", version="1.1"):
    """A request in absolute form, as bytes; `lines` go after Host."""
    host = f"{address[0]}:{address[1]}"
    first = f"{method} http://{host}{path} HTTP/{version}\r\nHost: {host}\r\n"
    return first.encode() + b"".join(line + b"\r\n" for line in lines) + b"\r\n"


def status_line(peer):
    return peer.heard.partition(b"\r\n")[0].decode("latin-1")


def bad_requests(here):
    """Requests to that address that are never forwarded, by what the client is answered."""
    chunked = b"Transfer-Encoding: chunked"
    return {
        "400 Bad Request": [
            get(here, "/", b"Content-Length : 5"),
            get(here, "/", b"Content-Length: 5", chunked) + b"0" + END,
            get(here, "/", b"Content-Length: 5", b"Content-Length: 6") + b"123456",
            b"GET / HTTP/1.1\r\nHost: h\r\n\r\n",
        ],
        "501 Not Implemented": [
            get(here, "/", b"Transfer-Encoding: gzip, chunked"),
            b"CONNECT h:80 HTTP/1.1\r\nHost: h:80\r\n\r\n",
        ],
        "431 Request Header Fields Too Large": [get(here, "/", b"A: " + b"b" * 70_000)],
    }


HEARD = hear_until(END)
ANSWER = OK + b"Content-Length: 5\r\n"


@check(
    points=3,
    misconception="absolute-form-travels",
    needs=(
        "to_origin_request_makes_a_head_for_the_next_hop",
        "relay_response_forwards_head_and_body",
        "connect_to_returns_a_connected_socket_with_the_timeout",
    ),
    hint="Print what goes to the origin. Is it what to_origin_request made?",
    own_chain=True,
)
def test_forward_one_serves_a_client(peers, proxied, nonce):
    """forward_one sends the rewritten request to the origin, and its answer to the client."""
    word, body = nonce(8), nonce(5)
    with peers.origin([HEARD, say(ANSWER + b"\r\n" + body), expect_end()]) as origin:
        host = "{}:{}".format(*origin.address).encode()
        asked = get(origin.address, f"/{word.decode()}", b"Proxy-Connection: keep-alive", b"A: b")
        client = proxied(say(asked))
        must_be_bytes(client.heard, ANSWER + MORE + body)
        origin.wait()
        expected = b"GET /%b HTTP/1.1\r\nHost: %b\r\nA: b\r\n" % (word, host) + MORE
        must_be_bytes(origin.heard, expected)
        assert origin.error is None


@check(
    points=2,
    misconception="one-send-one-recv",
    needs="forward_one_serves_a_client",
    hint="Where is the part of the body that came with the head?",
)
def test_forward_one_forwards_the_body_of_a_request(peers, proxied, nonce):
    """forward_one sends the request's body on, counted or in chunks, however it comes."""
    body = nonce(300)
    length = b"Content-Length: 300"
    with peers.origin([HEARD, hear(300), say(ANSWER + b"\r\nthank")]) as origin:
        asked = get(origin.address, "/", length, method="POST") + body
        for steps in ([say(asked)], [dribble(asked, size=170, in_step=True)]):
            must_be_bytes(proxied(*steps).heard, ANSWER + MORE + b"thank")
            must_be_bytes(origin.players[-1].heard.partition(END)[2], body)
    with peers.origin([HEARD, hear_until(b"0" + END), say(ANSWER + b"\r\nthank")]) as origin:
        asked = get(origin.address, "/", b"Transfer-Encoding: chunked", method="POST")
        client = proxied(say(asked + in_chunks(body)))
        must_be_bytes(client.heard, ANSWER + MORE + b"thank")
        must_be_bytes(out_of_chunks(origin.heard.partition(END)[2])[0], body)


@check(
    points=2,
    misconception="whole-message-first",
    needs="forward_one_serves_a_client",
    hint="Which function forwards pieces as they come?",
)
def test_forward_one_forwards_a_slow_answer_piece_by_piece(student, peers, background, nonce):
    """forward_one has sent the first bytes of an answer before the last ones are there."""
    body = nonce(5)
    script = [HEARD, say(ANSWER + b"\r\n" + body[:2]), stall(), say(body[2:])]
    with peers.origin(script) as origin:
        steps = say(get(origin.address)), hear_until_end()
        with peers.playing(*steps, who="client") as client:
            client_peer = peers.last
            call = background(student.forward_one, client, TIMEOUT_S)
            must_hear(client_peer, ANSWER + MORE + body[:2])
            origin.release()
            client_peer.wait()
            must_be_bytes(client_peer.heard, ANSWER + MORE + body)
            call.result()


@check(
    points=1,
    misconception="timeout-bounds-request",
    needs="forward_one_forwards_a_slow_answer_piece_by_piece",
    hint="What does the timeout of a socket bound: a recv, or all of them?",
)
def test_forward_one_bounds_each_wait_and_not_the_whole(peers, proxied, nonce):
    """forward_one forwards an answer that takes longer than timeout_s, if it never stops for it."""
    body = nonce(9)
    fields = b"Content-Length: 9\r\n"
    slowly = dribble(body, every_s=SHORT_S / 4)
    with peers.origin([HEARD, say(OK + fields + b"\r\n"), slowly]) as origin:
        client = proxied(say(get(origin.address)), timeout_s=SHORT_S)
        must_be_bytes(client.heard, OK + fields + MORE + body)


@check(
    points=1,
    misconception="failures-are-silent",
    needs="forward_one_serves_a_client",
    hint="Which exception carries the status? Where do you catch it?",
)
def test_forward_one_answers_bad_requests(student, peers, proxied):
    """forward_one answers a bad request, or the end without one, with its status."""
    with peers.origin([HEARD, say(ANSWER + b"\r\nwrong")]) as origin:
        for status, examples in bad_requests(origin.address).items():
            lines = [status_line(proxied(say(data))) for data in examples]
            assert lines == [f"HTTP/1.1 {status}"] * len(examples)
    assert status_line(proxied(half_close())) == "HTTP/1.1 400 Bad Request"  # not a word


@check(
    points=1,
    misconception="",
    needs="forward_one_answers_bad_requests",
    hint="What must you know of a request before anybody else hears of it? In which line is that?",
)
def test_forward_one_connects_to_nobody_for_a_bad_request(peers, proxied):
    """forward_one connects only when it knows that the request can be forwarded."""
    with peers.origin([HEARD, say(ANSWER + b"\r\nwrong")]) as origin:
        for examples in bad_requests(origin.address).values():
            for data in examples:
                proxied(say(data))
        if came := len(origin.players):
            raise Difference("no connection comes to the origin", f"{came} have come")


@check(
    points=1,
    misconception="",
    needs="forward_one_answers_bad_requests",
    hint="forward_one has two sockets. Which of them got timeout_s, and from whom?",
)
def test_forward_one_waits_for_a_silent_origin_no_longer_than_timeout_s(peers, proxied):
    """forward_one gives an origin that says nothing timeout_s, as it was called with."""
    with peers.origin([never_answer()]) as origin:
        proxied(say(get(origin.address)), timeout_s=SHORT_S)


@check(
    points=1,
    misconception="slow-client-alone",
    needs="forward_one_forwards_the_body_of_a_request",
    hint="The client has said half of its body, and then nothing. Who waits, and for how long?",
)
def test_forward_one_waits_for_a_client_no_longer_in_its_body(peers, proxied, nonce):
    """forward_one gives up a client that is silent for timeout_s in the middle of its body."""
    with peers.origin([HEARD, hear_until_end()]) as origin:
        asked = get(origin.address, "/", b"Content-Length: 300", method="POST") + nonce(100)
        proxied(say(asked), timeout_s=SHORT_S)


@check(
    points=1,
    misconception="done-is-closed",
    needs="forward_one_answers_bad_requests",
    hint="Something went wrong after you had connected. Who closes that connection?",
)
def test_forward_one_closes_the_origin_when_something_fails(peers, proxied):
    """forward_one closes its connection to the origin, too, if the answer is no good."""
    with peers.origin([HEARD, say(b"no answer" + END), hear_until_end()]) as origin:
        proxied(say(get(origin.address)))
        with suppress(TimeoutError):
            kernel.wait_until(lambda: any(p.is_done for p in origin.players), what="the end")
        if not any(p.is_done for p in origin.players):
            raise Difference("the origin's connection is closed in the end", "it is still open")


@check(
    points=2,
    misconception="failures-are-silent",
    needs=(
        "forward_one_waits_for_a_silent_origin_no_longer_than_timeout_s",
        "connect_to_tells_refused_from_silent",
    ),
    hint="Whose fault is it: the client's (4xx), or somebody's behind the proxy (5xx)?",
)
def test_forward_one_tells_whose_fault_it_is(peers, proxied):
    """forward_one answers 502 if the origin is not there or closes, 504 if it is silent, 408."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))  # and nobody listens
        refused_line = status_line(proxied(say(get(bound.getsockname()))))
    assert refused_line == "HTTP/1.1 502 Bad Gateway"
    with peers.origin([HEARD, close()], [never_answer()]) as origin:
        assert status_line(proxied(say(get(origin.address)))) == "HTTP/1.1 502 Bad Gateway"
        silent = proxied(say(get(origin.address)), timeout_s=SHORT_S)
        assert status_line(silent) == "HTTP/1.1 504 Gateway Timeout"
    quiet = proxied(say(b"GET http://h/ HTTP/1.1\r\n"), timeout_s=SHORT_S)
    assert status_line(quiet) == "HTTP/1.1 408 Request Timeout"


@check(
    points=1,
    misconception="end-is-complete",
    needs=(
        "forward_one_forwards_the_body_of_a_request",
        "forward_one_closes_the_origin_when_something_fails",
    ),
    hint="The client has ended in the middle of its body. May the origin see a whole request?",
)
def test_forward_one_does_not_complete_a_request_that_was_cut_short(peers, proxied, nonce):
    """forward_one ends no request at the origin whose body the client has cut short."""
    body = nonce(9)
    with peers.origin([HEARD, hear_until_end(), close()]) as origin:
        asked = get(origin.address, "/", b"Transfer-Encoding: chunked", method="POST")
        proxied(say(asked + in_chunks(body, last=b"")), half_close())
        kernel.wait_until(lambda: any(p.is_done for p in origin.players), what="the origin's end")
        assert out_of_chunks(origin.heard.partition(END)[2]) == (body, b"")


@check(
    points=1,
    misconception="errors-need-no-answer",
    needs="forward_one_does_not_complete_a_request_that_was_cut_short",
    hint="Which errors of relay_body do you pass over: the origin's, or the client's, too?",
)
def test_forward_one_tells_the_client_that_its_body_is_bad(peers, proxied, nonce):
    """forward_one answers 400 if the request's body is cut short or malformed."""
    with peers.origin([HEARD, hear_until_end(), close()]) as origin:
        asked = get(origin.address, "/", b"Transfer-Encoding: chunked", method="POST")
        cut = proxied(say(asked + in_chunks(nonce(9), last=b"")), half_close())
        bad = proxied(say(asked + in_chunks(nonce(9), last=b"no size\r\n")))
        lines = {"cut short": status_line(cut), "no size": status_line(bad)}
        assert lines == dict.fromkeys(lines, "HTTP/1.1 400 Bad Request")


@check(
    points=1,
    misconception="errors-need-no-answer",
    needs="forward_one_serves_a_client",
    hint="Nobody is left to tell, but your caller. How does it learn that the answer is lost?",
)
def test_forward_one_raises_if_the_client_is_gone(student, peers, background):
    """forward_one raises OSError if the client is gone when its answer comes."""
    with peers.origin([HEARD, say(ANSWER + b"\r\n"), stall(), say(b"hello")]) as origin:
        steps = say(get(origin.address)), hear_until(END), reset()
        with peers.playing(*steps, who="client") as client:
            client_peer = peers.last
            call = background(student.forward_one, client, TIMEOUT_S)
            client_peer.wait()
            origin.release()
            must_raise(OSError, call.result)


@check(
    points=2,
    misconception="close-is-goodbye",
    needs="forward_one_answers_bad_requests",
    hint="What does close() do to an answer, while input is unread? Which function is gentler?",
)
def test_forward_one_lets_its_answer_arrive(peers, proxied, nonce):
    """forward_one closes gracefully: the answer arrives, though a part of the input was unread."""
    unread = nonce(300_000)
    with peers.origin([HEARD, say(ANSWER + b"\r\nearly"), close()]) as origin:
        asked = get(origin.address, "/", b"A:b")
        client = proxied(say(asked + unread))
        must_be_bytes(client.heard, ANSWER + MORE + b"early")
        assert client.error is None


@check(
    points=1,
    misconception="every-message-has-a-body",
    needs="forward_one_answers_bad_requests",
    hint="What does error_response want to know besides the error?",
)
def test_forward_one_answers_a_bad_head_request_without_a_body(proxied):
    """forward_one answers a bad HEAD with a head only: error_response gets the method."""
    client = proxied(say(get(("h", 0), method="HEAD")))
    assert status_line(client) == "HTTP/1.1 400 Bad Request"
    if body := client.heard.partition(END)[2]:
        raise Difference("the answer to a HEAD has no body", f"this came: {body!r}")


@check(
    points=2,
    misconception="",
    needs=(
        "forward_one_forwards_the_body_of_a_request",
        "relay_body_tells_a_lost_sink_from_a_lost_source",
    ),
    hint="The origin answers 413 and closes; the next send to it fails. Where is its answer?",
)
def test_forward_one_forwards_an_answer_that_came_before_the_body(
    student, peers, background, nonce
):
    """forward_one forwards the answer of an origin that has closed before it had the whole body."""
    early, body = b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 5\r\n", nonce(5)
    with peers.origin([HEARD, say(early + b"\r\n" + body), close()]) as origin:
        asked = get(origin.address, "/", b"Content-Length: 600000", method="POST")
        steps = say(asked + nonce(300)), stall(), say(bytes(599_700)), hear_until_end()
        with peers.playing(*steps, who="client") as client:
            client_peer = peers.last
            call = background(student.forward_one, client, TIMEOUT_S)
            kernel.wait_until(
                lambda: any(p.is_done for p in origin.players), what="the origin's end"
            )
            client_peer.release()
            must_hear(client_peer, early + MORE + body)
            call.result()


class Serving:
    """The student's serve_proxy_serially on a listener, until `stop`."""

    def __init__(self, student, background, timeout_s):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = self._listener.getsockname()
        self._switch = self._listener.dup()  # shutdown() reaches the listener, whoever holds it
        self._call = background(student.serve_proxy_serially, self._listener, timeout_s)

    def must_serve(self, client, within_s=2.5):
        """The client's script comes to its end within the time. Raises what ended the serving."""
        with suppress(TimeoutError):
            kernel.wait_until(
                lambda: client.is_done or self._call.is_done(), timeout_s=within_s, what="an answer"
            )
        if not client.is_done:
            if self._call.is_done():
                self._call.result()
            raise Difference("the client is served", f"it still waits after {within_s:g} s")

    def must_go_on(self, for_s):
        """The student's function is still at work after this time, though nobody comes."""
        with suppress(NeverReturned):
            self._call.result(for_s)
            raise Difference("it goes on", f"it has returned within {for_s:g} s")

    def stop(self):
        """Shuts the listener down. Raises if the student's function does not return then."""
        self._switch.shutdown(socket.SHUT_RDWR)
        self._call.result()

    def close(self):
        with suppress(OSError):  # it may have been shut down before
            self._switch.shutdown(socket.SHUT_RDWR)
        self._switch.close()
        self._listener.close()


@pytest.fixture
def serving(student, background):
    """`serving(timeout_s)` starts serve_proxy_serially; it ends with the check."""
    with ExitStack() as started:

        def start(timeout_s):
            return started.enter_context(closing(Serving(student, background, timeout_s)))

        yield start


@check(
    points=2,
    misconception="one-client-is-all",
    needs="forward_one_serves_a_client",
    hint="Which function of lab 02 serves one client after another?",
)
def test_serve_proxy_serially_serves_one_client_after_another(serving, peers, nonce):
    """serve_proxy_serially forwards for each client in turn, and returns with its listener."""
    body = nonce(5)
    proxy = serving(TIMEOUT_S)
    with peers.origin([HEARD, say(ANSWER + b"\r\n" + body)]) as origin:
        for _ in range(3):
            steps = say(get(origin.address)), hear_until_end()
            with peers.client(proxy.address, *steps) as client:
                proxy.must_serve(client)
            must_be_bytes(client.heard, ANSWER + MORE + body)
    proxy.stop()


@check(
    points=2,
    misconception="slow-client-alone",
    needs="serve_proxy_serially_serves_one_client_after_another",
    hint="Who waits for the silent client, and for how long?",
)
def test_serve_proxy_serially_is_not_held_for_ever_by_a_silent_client(serving, peers, nonce):
    """serve_proxy_serially serves the next one once a silent client's time is up."""
    body = nonce(5)
    proxy = serving(SHORT_S)
    with peers.origin([HEARD, say(ANSWER + b"\r\n" + body)]) as origin:
        steps = say(get(origin.address)), hear_until_end()
        with (
            peers.client(proxy.address, hear_until_end(), who="silent"),
            peers.client(proxy.address, *steps, who="next") as client,
        ):
            proxy.must_serve(client)
            must_be_bytes(client.heard, ANSWER + MORE + body)


@check(
    points=1,
    misconception="",
    needs="serve_proxy_serially_serves_one_client_after_another",
    hint="For whom is timeout_s: for those who talk to you, or for the listener, too?",
)
def test_serve_proxy_serially_waits_for_its_next_client_as_long_as_it_takes(serving, peers, nonce):
    """serve_proxy_serially goes on when nobody comes for longer than timeout_s."""
    body = nonce(5)
    proxy = serving(SHORT_S)
    proxy.must_go_on(3 * SHORT_S)
    with peers.origin([HEARD, say(ANSWER + b"\r\n" + body)]) as origin:
        steps = say(get(origin.address)), hear_until_end()
        with peers.client(proxy.address, *steps) as client:
            proxy.must_serve(client)
    proxy.stop()
