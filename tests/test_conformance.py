"""The full proxy does what RFC 9110, 9112 and 8305 ask of one; and squid beside it in the same run.

The cases are in workbench/conformance/cases. `python -m workbench conformance --only NAME --wire`
shows what went over the wire in one that fails.
"""

import json
import re
import signal
import socket

import pytest
from click.testing import Result
from typer.testing import CliRunner

from workbench import peers, proxies
from workbench.__main__ import app
from workbench.conformance import expect
from workbench.conformance.case import Case, Kind, Rule, Seen
from workbench.conformance.cases import ALL, TOPICS
from workbench.conformance.cases.rules import RULES
from workbench.conformance.messages import Reader
from workbench.conformance.names import private_names
from workbench.conformance.report import Played, as_json, as_markdown, rows
from workbench.conformance.run import Outcome, judge, play_all
from workbench.families import FAMILIES, lab_tree
from workbench.kernel import wait_until

if lab_tree().name != "lab_solutions":
    pytest.skip("these are tests of the reference: LABS=lab_solutions", allow_module_level=True)

AHEAD = (Kind.MUST, Kind.CLIENTS, Kind.ROBUST)
OURS = ["ours"] + ["lab09"] * FAMILIES[9].reference.exists()
A_RULE = Rule("RFC 1 §1", "One MUST.")


@pytest.fixture(scope="module")
def within():
    """What a proxy is started in, so that it knows the names of the cases."""
    with private_names() as words:
        if not words:
            pytest.skip("no mount namespace is permitted here: cases with names can't be played")
        yield words


@pytest.fixture(scope="module")
def outcomes(within):
    """`outcomes("ours")`: those of all cases with this proxy, by name; once for each proxy."""
    known = {}

    def of(name):
        if name not in known:
            with proxies.PROXIES[name](within=within) as proxy:
                known[name] = {each.case.name: each for each in play_all(ALL, proxy.address)}
                assert proxy.process.poll() is None, proxy.said()
        return known[name]

    return of


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.__name__.rpartition(".")[2])
@pytest.mark.parametrize("proxy", OURS)
def test_every_case_holds(outcomes, proxy, topic):
    """One test for each file of cases: what fails in it is shown with its rule and its wire."""
    failed = [outcomes(proxy)[case.name] for case in topic.CASES]
    failed = [each for each in failed if not each.passed]
    words = (f"{each.case.name}: {each.case.rule}\n{each.wrong}\n{each.wire}" for each in failed)
    assert not failed, "\n\n".join(words)


@pytest.mark.parametrize("kind", AHEAD, ids=lambda kind: kind.value)
def test_it_is_ahead_of_squid(outcomes, kind):
    try:
        squid = outcomes("squid")
    except proxies.NotInstalled as missing:
        pytest.skip(str(missing))
    here, count = Played("ours", "", list(outcomes("ours").values())).count(kind)
    there, _ = Played("squid", "", list(squid.values())).count(kind)
    assert here > there, f"{here} and {there} of {count}"


def test_there_are_many_cases_and_each_is_one_of_its_own():
    """The same bytes twice only where two rules ask two things of them."""
    assert len(ALL) >= 120
    assert len({case.name for case in ALL}) == len(ALL)

    def what(case):
        parts = (case.client, case.origin, case.tunnel, case.host, case.calls_it, case.silent_twin)
        return repr((*parts, [each.words for each in case.expect]))

    assert len({what(case) for case in ALL}) == len(ALL)


def test_every_case_quotes_its_sentence():
    for case in ALL:
        assert re.fullmatch(r"RFC \d{4} §\d+(\.\d+)*", case.rule.section), case.name
        assert len(case.rule.sentence) > 20, case.name
        assert case.kind is not Kind.MUST or "SHOULD" not in case.rule.sentence, case.name
    assert {case.rule for case in ALL} == set(RULES.values())


# The judge itself: what is wrong must be seen to be wrong.


def seen(client: bytes = b"", *origins: bytes, end: str = "open", methods=("GET",)) -> Seen:
    """What was seen, from bytes."""
    noted = Seen(Reader(methods), {"origin": "127.0.0.1:80"}, client_end=end)
    noted.client.feed(client)
    if end == "end":
        noted.client.feed(b"")
    for data in origins:
        reader = Reader()
        reader.feed(data)
        noted.origins.append(reader)
        noted.requests += reader.messages
    return noted


GET = b"GET /a HTTP/1.1\r\nHost: 127.0.0.1:80\r\nX-A: 1\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
BAD = b"HTTP/1.1 400 No\r\nContent-Length: 0\r\n\r\n"


@pytest.mark.parametrize(
    ("expectation", "right", "wrongs"),
    [
        (expect.answered(200, b"ok"), seen(OK),
         [seen(), seen(OK[:-1]), seen(OK[:-1] + b"x"), seen(BAD), seen(b"HTTP/1.0" + OK[8:])]),
        (expect.answered(has={"x": None, "content-length": re.compile("^2$")}), seen(OK),
         [seen(b"HTTP/1.1 200 OK\r\nX: 1\r\nContent-Length: 2\r\n\r\nok")]),
        (expect.refused(400), seen(BAD), [seen(), seen(OK), seen(BAD, GET), seen(BAD, b"G")]),
        (expect.refused(400, closed=True), seen(BAD, end="end"), [seen(BAD)]),
        (expect.forwarded("GET", "/a", "1.1", {"host": "{origin}", "x-a": "1", "x-b": None}),
         seen(OK, GET),
         [seen(OK), seen(OK, GET.replace(b"GET", b"get")), seen(OK, GET.replace(b"/a", b"/b")),
          seen(OK, GET.replace(b"1.1", b"1.0")), seen(OK, GET.replace(b":80", b"")),
          seen(OK, GET.replace(b"X-A: 1", b"X-A: 1\r\nX-B: 2"))]),
        (expect.requests(1), seen(OK, GET), [seen(OK), seen(OK, GET + GET), seen(OK, GET, GET)]),
        (expect.none_whole(), seen(BAD, b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n"),
         [seen(OK, GET)]),
        (expect.never("/a"), seen(OK), [seen(OK, GET)]),
        (expect.closed(), seen(OK, end="reset"), [seen(OK)]),
        (expect.kept_open(), seen(OK), [seen(OK, end="end")]),
        (expect.cut_short(), seen(OK[:-1], end="reset"),
         [seen(OK, end="end"), seen(OK[:-1]), seen()]),
        (expect.interims(103), seen(b"HTTP/1.1 103 Hint\r\n\r\n" + OK), [seen(OK)]),
        (expect.connections(1), seen(OK, GET + GET), [seen(OK, GET, GET), seen(OK)]),
        (expect.nothing_more(), seen(OK), [seen(OK + b"x")]),
        (expect.origin_lacks(b"(?i)x-b"), seen(OK, GET), [seen(OK, GET.replace(b"X-A", b"X-B"))]),
        (expect.client_lacks(b"ok", in_head=True), seen(OK), [seen(b"ok" + OK)]),
        (expect.either([expect.failed(400)], [expect.answered()]), seen(OK), [seen()]),
        (expect.then(b"ok", number=1), seen(end="end"), [seen(BAD), seen()]),
        (expect.tunnelled(to_client=b"x"),
         seen(b"HTTP/1.1 200 OK\r\n\r\nx", methods=("CONNECT",)),
         [seen(b"HTTP/1.1 200 OK\r\n\r\ny", methods=("CONNECT",)),
          seen(BAD + b"x", methods=("CONNECT",))]),
    ],
    ids=lambda value: value.words if isinstance(value, expect.Expectation) else "",
)  # fmt: skip
def test_the_judge_tells_right_from_wrong(expectation, right, wrongs):
    assert expectation.wrong(right) == ""
    for wrong in wrongs:
        assert expectation.wrong(wrong), wrong


def outcome(name: str, *, passed: bool) -> Outcome:
    case = Case(name, Kind.MUST, A_RULE, [GET], [expect.answered()])
    return Outcome(case, "" if passed else judge(case, seen()), 0.1, "the wire")


def test_what_fails_comes_first_and_of_that_what_others_pass():
    here = [outcome("a", passed=True), outcome("b", passed=False), outcome("c", passed=False)]
    there = [outcome("a", passed=True), outcome("b", passed=False), outcome("c", passed=True)]
    played = [Played("here", "1", here), Played("there", "2", there)]
    assert [row.case.name for row in rows(played)] == ["c", "b", "a"]
    page = as_markdown(played)
    assert page.index("`c`") < page.index("`b`") < page.index("`a`")
    assert "| must | 1 of 3 | 2 of 3 |" in page
    assert as_json(played)["cases"][0]["results"]["here"] == {
        "passed": False,
        "wrong": here[2].wrong,
    }


def command(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["conformance", *arguments])


def test_the_command_plays_cases_and_shows_them():
    run = command("--proxy", "ours", "--only", "origin-form", "--format", "json")
    assert run.exit_code == 0, run.output
    (case,) = json.loads(run.stdout)["cases"]
    assert case["results"]["ours"]["passed"]
    assert case["sentence"].startswith("a client MUST send only the absolute path")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--proxy", "nobody"], "name one of ours, lab09, squid"),
        (["--only", "nothing-like-it"], "no case begins with"),
        (["--at", "here"], "not HOST:PORT"),
        (["--format", "html", "--only", "origin-form", "--proxy", "ours"], "table, md, json"),
    ],
)
def test_a_call_that_can_not_be_is_told_why(arguments, words):
    run = command(*arguments)
    assert (run.exit_code, run.stdout) == (2, "")
    assert words in run.stderr


def test_a_proxy_that_is_not_there_fails_every_case():
    with proxies.running_ours() as proxy:
        address = "{}:{}".format(*proxy.address)
    run = command("--at", address, "--only", "origin-form")
    assert run.exit_code == 1
    assert "could not be played" in run.stdout


@pytest.mark.parametrize("proxy", OURS)
def test_what_an_idle_origin_has_said_is_seen_before_it_is_asked_again(proxy):
    """Both are there when the proxy looks: bytes that nobody asked for, and the next request.

    The proxy is stopped (SIGSTOP) while they come, so that one turn of its loop finds both.
    """
    poison, second = (b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n" + b for b in
                      (b"poison", b"second"))  # fmt: skip
    request = b"GET http://127.0.0.1:%d/ HTTP/1.1\r\nHost: x\r\n\r\n"
    with (
        proxies.PROXIES[proxy]() as running,
        peers.origin(
            [peers.hear_until(b"\r\n\r\n"), peers.say(OK), peers.stall(), peers.say(poison),
             peers.hear_until_end()],
            [peers.hear_until(b"\r\n\r\n"), peers.say(second), peers.hear_until_end()],
        ) as origin,
        socket.create_connection(running.address, 5) as client,
    ):  # fmt: skip
        request %= origin.address[1]
        client.sendall(request)
        assert b"ok" in client.recv(65_536)
        running.process.send_signal(signal.SIGSTOP)
        origin.release()
        wait_until(lambda: origin.sent.endswith(b"poison"), what="the origin has said it")
        client.sendall(request)
        running.process.send_signal(signal.SIGCONT)
        heard = client.recv(65_536)
    assert heard.endswith(b"second")
