"""The full proxy as a program: its options, signals, log, and what it does at its bounds.

For the authors, on the reference. What HTTP asks of it is in test_conformance.py.
"""

import base64
import gc
import json
import re
import resource
import signal
import socket
import subprocess
import sys
import time
import weakref
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import fields

import pytest

from workbench.checks.driving import driving
from workbench.families import ROOT, lab_tree
from workbench.kernel import wait_until
from workbench.peers import unanswering

if lab_tree().name != "lab_solutions":
    pytest.skip("these are tests of the reference: LABS=lab_solutions", allow_module_level=True)

from labs.lab01_five_tuple import Endpoint, FiveTuple
from labs.lab05_http_forwarding import HttpError, parse_request_head
from labs.lab06_select_loop import SelectLoop
from labs.lab08_access import Access
from labs.lab08_command import access_of, parser
from labs.lab08_full_proxy import Proxy
from labs.lab08_limits import Limits
from labs.lab08_log import name_of, named, request_line

PATIENCE_S = 5
SOON_S = 0.6  # a look at the clock is due each 0.25 s, and the machine is busy
END = b"\r\n\r\n"
PROGRAM = ("-m", "labs.lab08_full_proxy")
FEW_DESCRIPTORS = """
import resource, runpy, sys
resource.setrlimit(resource.RLIMIT_NOFILE, ({0}, {0}))
sys.argv[1:] = {1!r}
runpy.run_module("labs.lab08_full_proxy", run_name="__main__")
"""


@pytest.fixture
def started(running):
    """`with started("--idle-s", "1") as (process, address):` the program, on a port of its own."""
    return lambda *options: running(*PROGRAM, "--port", "0", *map(str, options))


@pytest.fixture
def origin():
    """A listener for the proxy to connect to; `origin.host` is what a target says."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(PATIENCE_S)
        yield listener


def host_of(listener):
    return "{}:{}".format(*listener.getsockname()).encode()


def get(host, path=b"/", *lines):
    return (
        b"\r\n".join([b"GET http://%b%b HTTP/1.1" % (host, path), b"Host: " + host, *lines]) + END
    )


def dial(address, data=b""):
    client = socket.create_connection(address, PATIENCE_S)
    client.sendall(data)
    return client


def until(sock, delimiter=END):
    heard = b""
    while not heard.endswith(delimiter) and (byte := sock.recv(1)):
        heard += byte
    return heard


def status_of(sock):
    """The status of the next answer; 0 if the connection ends."""
    head = until(sock)
    return int(head.split()[1]) if head else 0


def to_the_end(sock):
    return b"".join(iter(lambda: sock.recv(65_536), b""))


def turn_until(loop, condition):
    deadline_s = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline_s, "it never came to that"
        loop.run_once(0.05)


@contextmanager
def exchange(address, origin, request):
    """A client that has asked this, its origin's end, and the head that came there."""
    with dial(address, request) as client:
        sock, _ = origin.accept()
        with sock:
            sock.settimeout(PATIENCE_S)
            yield client, sock, until(sock)


def answer(client, sock, body=b"hello"):
    """The origin answers, and the client hears it."""
    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
    head = until(client)
    assert head.startswith(b"HTTP/1.1 200 ")
    assert client.recv(len(body)) == body
    return head


def run(*options):
    """The program, to its end."""
    command = [sys.executable, *PROGRAM, *options]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False
    )


# The command line.


def test_help_explains_each_bound_with_its_default():
    done = run("--help")
    words = " ".join(done.stdout.split())
    assert done.returncode == 0
    for bound in fields(Limits):
        assert f"--{bound.name.replace('_', '-')} N" in words
        assert f"{bound.metadata['why']} ({bound.default})" in words


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--host", "0.0.0.0"], "--allow or --auth"),
        (["--host", "::"], "--allow or --auth"),
        (["--host", "192.0.2.1", "--auth", "a:b"], "192.0.2.1"),
        (["--host", "no.such.name.invalid"], "no.such.name.invalid"),
        (["--port", "70000"], "70000"),
        (["--allow", "300.0.0.0/8"], "300.0.0.0/8"),
        (["--auth", "nopassword"], "--auth"),
        (["--auth", "@/no/such/file"], "--auth"),
        (["--connect-ports", "443,x"], "443,x"),
        (["--head-s", "soon"], "--head-s"),
        (["--log-format", "pretty"], "pretty"),
    ],
)
def test_what_can_not_be_is_said_with_status_2(options, words):
    done = run("--port", "0", *options)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_port_in_use_is_said_with_status_2(origin):
    done = run("--port", str(origin.getsockname()[1]))
    assert done.returncode == 2
    assert "in use" in done.stderr


# Who may, and where to.


@pytest.mark.parametrize(
    ("options", "host", "client", "is_welcome"),
    [
        ([], "127.0.0.1", "127.0.0.1", True),
        (["--allow", "192.0.2.0/24"], "0.0.0.0", "192.0.2.7", True),
        (["--allow", "192.0.2.0/24"], "0.0.0.0", "192.0.3.7", False),
        (["--allow", "192.0.2.0/24"], "0.0.0.0", "127.0.0.1", True),
        (["--allow", "192.0.2.0/24", "--auth", "a:b"], "0.0.0.0", "192.0.3.7", False),
        (["--allow", "192.0.2.0/24", "--allow", "2001:db8::/32"], "::", "2001:db8::7", True),
        (["--auth", "a:b"], "0.0.0.0", "198.51.100.1", True),
    ],
)
def test_who_may_come_in(options, host, client, is_welcome):
    access = access_of(parser().parse_args(options), host)
    if is_welcome:
        access.must_admit(client)
    else:
        with pytest.raises(HttpError) as refused:
            access.must_admit(client)
        assert refused.value.status == 403


def test_tunnels_go_anywhere_from_loopback_and_to_443_from_elsewhere():
    allow = ["--allow", "192.0.2.0/24"]
    for options, host, expected in (
        ([], "127.0.0.1", None),
        (allow, "0.0.0.0", {443}),
        ([*allow, "--connect-ports", "443,8443"], "0.0.0.0", {443, 8443}),
        ([*allow, "--connect-ports", "any"], "0.0.0.0", None),
        (["--connect-ports", "22"], "127.0.0.1", {22}),
    ):
        assert access_of(parser().parse_args(options), host).connect_ports == expected


def test_a_port_that_is_not_allowed_is_no_tunnel(started, origin):
    with started("--connect-ports", "443") as (_, address):
        for target in (host_of(origin), b"127.0.0.1:25"):
            with dial(address, b"CONNECT %b HTTP/1.1\r\nHost: x\r\n\r\n" % target) as client:
                assert status_of(client) == 403


def test_somebody_from_elsewhere_does_not_reach_what_listens_on_loopback():
    own = Endpoint("0.0.0.0", 8080)
    for client, to, port, expected in (
        ("192.0.2.7", "127.0.0.1", 631, 403),
        ("192.0.2.7", "::1", 631, 403),
        ("192.0.2.7", "198.51.100.1", 80, None),
        ("127.0.0.1", "127.0.0.1", 631, None),
        ("192.0.2.7", "192.0.2.1", 8080, 508),
        ("127.0.0.1", "127.0.0.9", 8080, 508),
        ("192.0.2.7", "198.51.100.1", 8080, None),
    ):
        way = FiveTuple("tcp", Endpoint("192.0.2.1", 50_000), Endpoint(to, port))
        try:
            found = Access().must_reach(Endpoint(client, 40_000), way, own)
        except HttpError as error:
            found = error.status
        assert found == expected, (client, to)


def test_a_connection_from_the_pool_is_asked_about_like_a_new_one(origin):
    """It was made for another client, who may have been allowed more."""

    asked = []

    class OnlyOnce(Access):
        def must_reach(self, client, way, own):
            asked.append(way)
            if len(asked) > 1:
                raise HttpError(403, "this address is not for others")

    loop, listener = SelectLoop(), socket.create_server(("127.0.0.1", 0))
    proxy = Proxy(listener, loop, Limits(), OnlyOnce())
    with driving(loop), exchange(listener.getsockname(), origin, get(host_of(origin))) as ends:
        answer(*ends[:2])
        with dial(listener.getsockname(), get(host_of(origin))) as other:
            assert status_of(other) == 403
        assert asked[0] == asked[1]
    proxy.stop()
    proxy.end_all()
    loop.close()


def test_a_password_is_asked_for_and_goes_no_further(started, origin):
    user, password = "anna", "s3cret"
    right, wrong = (
        base64.b64encode(f"{user}:{word}".encode()) for word in (password, password + "x")
    )
    with started("--auth", f"{user}:{password}") as (process, address):
        for given in ([], [b"Proxy-Authorization: Basic " + wrong], [b"Proxy-Authorization: x"]):
            with dial(address, get(host_of(origin), b"/", *given)) as client:
                head = until(client)
                assert head.startswith(b"HTTP/1.1 407 ")
                assert b"\r\nProxy-Authenticate: Basic realm=" in head
        mine = b"Proxy-Authorization: bASIC " + right
        with exchange(address, origin, get(host_of(origin), b"/", mine)) as (client, sock, head):
            assert b"uthorization" not in head
            answer(client, sock)
        process.send_signal(signal.SIGTERM)
        log = process.stdout.read()
    assert log.count(" 407 ") == 3
    assert f"127.0.0.1 - {user} [" in log
    for secret in (password, right.decode(), wrong.decode()):
        assert secret not in log


def test_the_password_may_stand_in_a_file(tmp_path):
    file = tmp_path / "password"
    file.write_text("anna:a:b\nsecond line\n", "utf-8")
    access = Access(credentials=parser().parse_args(["--auth", f"@{file}"]).auth)
    token = base64.b64encode(b"anna:a:b").decode()
    request = f"GET / HTTP/1.1\r\nHost: h\r\nProxy-Authorization: Basic {token}\r\n\r\n"
    assert access.user_of(parse_request_head(request.encode())) == "anna"


def test_it_does_not_talk_to_itself(started):
    with started() as (_, (host, port)):
        for name in (host, "localhost", "0.0.0.0", "[::ffff:127.0.0.1]"):
            there = f"{name}:{port}".encode()
            for request in (get(there), b"CONNECT %b HTTP/1.1\r\nHost: x\r\n\r\n" % there):
                with dial((host, port), request) as client:
                    assert status_of(client) == 508, request


def test_a_request_that_was_here_before_goes_no_further(started, origin):
    host = host_of(origin)
    with started() as (_, first), started() as (_, second):
        with exchange(first, origin, get(host)) as (client, sock, head):
            via = re.search(rb"\r\n(Via: 1\.1 \S+)\r\n", head)[1]
            answer(client, sock)
        with dial(first, get(host, b"/", via)) as client:
            assert status_of(client) == 508
        with exchange(second, origin, get(host, b"/", via)) as (client, sock, head):
            assert via in head
            answer(client, sock)


def test_an_error_repeats_nothing_in_its_head(started):
    hostile = b"GET http://h/ HTTP/1.1\r\nHost: h\r\nX-One: a\rSet-Cookie: b\r\n\r\n"
    with started() as (_, address):
        for request in (hostile, b"A\rSet-Cookie: b\r\n\r\n", get(b"h:99999", b"/Set-Cookie:%0d")):
            with dial(address, request) as client:
                head = until(client)
                assert head.startswith(b"HTTP/1.1 400 ")
                assert b"Cookie" not in head


# The log.


def test_a_line_in_common_log_format_for_each_exchange(started, origin):
    request = get(host_of(origin), b'/a"b?token=hidden')
    with started() as (process, address):
        with exchange(address, origin, request) as (client, sock, _):
            names = client.getsockname(), address, sock.getpeername(), sock.getsockname()
            answer(client, sock, b"x" * 321)
            line = process.stdout.readline()
        secret = get(b"anna:s3cret@" + host_of(origin))
        with dial(address, secret) as client:
            assert status_of(client) == 400
            refused = process.stdout.readline()
    ends = ["{}:{}".format(*name) for name in names]
    target = f"http://{host_of(origin).decode()}/a%22b?..."
    pattern = (
        r"127\.0\.0\.1 - - \[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "
        r'"GET %s HTTP/1\.1" 200 321 "tcp %s %s" "tcp %s %s" \d+\.\d\n'
    )
    assert re.fullmatch(pattern % tuple(map(re.escape, [target, *ends])), line), line
    assert "s3cret" not in refused
    assert '"GET http://...@127.0.0.1:' in refused


def test_a_line_in_json_for_each_exchange(started, origin):
    with (
        started("--log-format", "json") as (process, address),
        exchange(address, origin, get(host_of(origin), b"/a?b")) as (client, sock, _),
    ):
        name = "tcp {}:{} {}:{}".format(*client.getsockname(), *address)
        answer(client, sock)
        entry = json.loads(process.stdout.readline())
    assert entry["client"] == name
    assert (entry["status"], entry["sent_bytes"], entry["received_bytes"]) == (200, 5, 0)
    assert entry["request"].endswith("/a?... HTTP/1.1")
    assert abs(entry["began_s"] - time.time()) < 60
    assert 0 <= entry["took_ms"] < 60_000
    assert (entry["user"], entry["why"]) == ("-", "")


def test_a_tunnel_and_what_fails_have_a_line_too(started, origin):
    connect = b"CONNECT %b HTTP/1.1\r\nHost: x\r\n\r\nearly" % host_of(origin)
    with started("--log-format", "json") as (process, address):
        with dial(address, connect) as client:
            sock, _ = origin.accept()
            with sock:
                assert status_of(client) == 200
                assert sock.recv(100) == b"early"
        entry = json.loads(process.stdout.readline())
        assert (entry["request"], entry["status"]) == (
            f"CONNECT {host_of(origin).decode()} HTTP/1.1",
            200,
        )
        assert entry["received_bytes"] == 5
        with exchange(address, origin, get(host_of(origin))) as (client, sock, _):
            sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncut")
            until(client)
        entry = json.loads(process.stdout.readline())
        assert entry["status"] == 200
        assert entry["why"]


@pytest.mark.parametrize("host", ["192.0.2.7", "2001:db8::7", "fe80::1%2"])
def test_a_name_that_was_kept_as_text_is_the_same_name(host):
    connection = FiveTuple("tcp", Endpoint(host, 50_000), Endpoint("127.0.0.1", 80))
    assert named(name_of(connection)) == connection


def test_when_a_tunnel_stands_nothing_is_left_of_its_client_but_a_passage(origin):
    """There may be thousands. And it goes at once: there are no rings for a collector to find."""
    loop, listener = SelectLoop(), socket.create_server(("127.0.0.1", 0))
    proxy, lines = Proxy(listener, loop, Limits(), log=lambda *it: lines.append(line_of(*it))), []

    def line_of(client, status, why):
        return name_of(client.name), request_line(client.request), status, why

    gc.disable()
    try:
        connect = b"CONNECT %b HTTP/1.1\r\nHost: x\r\n\r\n" % host_of(origin)
        with dial(listener.getsockname(), connect) as client:
            name = "tcp {}:{} {}:{}".format(*client.getsockname(), *client.getpeername())
            turn_until(loop, lambda: proxy.clients)
            (guest,) = map(weakref.ref, proxy.clients)
            turn_until(loop, lambda: any(each.tunnel for each in proxy.clients))
            assert guest() is None
            assert proxy.per_address == {"127.0.0.1": 1}
            proxy.stop()
            proxy.end_all()
    finally:
        gc.enable()
        loop.close()
    request = f"CONNECT {host_of(origin).decode()} HTTP/1.1"
    assert lines == [(name, request, 200, "the proxy stops")]
    assert not proxy.clients
    assert not proxy.per_address


def test_no_log_if_none_is_wanted(started, origin):
    with started("--log-format", "none") as (process, address):
        with exchange(address, origin, get(host_of(origin))) as (client, sock, _):
            answer(client, sock)
        process.send_signal(signal.SIGTERM)
        assert process.stdout.read() == ""


def test_a_log_that_nobody_reads_stops_nobody(started, origin):
    request = get(host_of(origin), b"/" + b"x" * 4_000)
    with (
        started("--log-format", "json") as (_, address),
        exchange(address, origin, request) as (client, sock, _),
    ):
        answer(client, sock)
        for _ in range(60):  # lines of 4 KB, for a pipe that takes 64
            client.sendall(request)
            until(sock)
            answer(client, sock)
        time.sleep(0.15)  # a flush is due
        client.sendall(request)
        until(sock)
        answer(client, sock)


# Signals.


def test_sigusr1_prints_the_open_connections(started, origin):
    target = host_of(origin)
    process = subprocess.Popen(
        [sys.executable, *PROGRAM, "--port", "0"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process, ExitStack() as opened:
        try:
            address = process.stdout.readline().split()[-1].split(":")
            address = address[0], int(address[1])
            client, sock, _ = opened.enter_context(exchange(address, origin, get(target)))
            answer(client, sock)
            head = b"CONNECT %b HTTP/1.1\r\nHost: x\r\n\r\n" % target
            tunnel = opened.enter_context(dial(address, head))
            far, _ = origin.accept()
            opened.enter_context(far)
            assert status_of(tunnel) == 200
            asking, _, _ = opened.enter_context(
                exchange(address, origin, get(target, b"/x", b"Content-Length: 5"))
            )
            process.send_signal(signal.SIGUSR1)
            table = [process.stderr.readline() for _ in range(5)]
            ends = {"reading_head": client, "tunnelling": tunnel, "relaying": asking}
            names = {state: "{}:{}".format(*end.getsockname()) for state, end in ends.items()}
            process.send_signal(signal.SIGTERM)
        finally:
            process.kill()
    states = {line.split()[0]: line for line in table}
    assert set(states) == {"STATE", "reading_head", "tunnelling", "relaying", "idle"}
    for state, name in names.items():
        assert f"tcp {name} {address[0]}:{address[1]}" in states[state]
    assert f" {target.decode()} " in states["idle"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_an_exchange_come_to_its_end(started, origin, number):
    with started() as (process, address):
        idle = dial(address)
        with exchange(address, origin, get(host_of(origin))) as (client, sock, _):
            for _ in range(2):  # the second one changes nothing
                process.send_signal(number)
            assert to_the_end(idle) == b""
            idle.close()
            with pytest.raises(ConnectionRefusedError):
                dial(address)
            head = answer(client, sock)
            assert b"\r\nConnection: close\r\n" in head
            assert to_the_end(client) == b""
        assert process.wait(PATIENCE_S) == 0


def test_a_signal_ends_it_within_a_bound(started, origin):
    with (
        started("--drain-s", 0.2) as (process, address),
        exchange(address, origin, get(host_of(origin))) as (client, sock, _),
    ):
        sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart")
        until(client)
        process.send_signal(signal.SIGTERM)
        began_s = time.monotonic()
        assert process.wait(PATIENCE_S) == 0
        assert 0.15 < time.monotonic() - began_s < 2
        with pytest.raises(ConnectionResetError):
            to_the_end(client)


# Bounds.


def test_times_are_kept(started, origin):
    options = "--head-s", 0.2, "--idle-s", 0.2, "--connect-s", 0.2, "--answer-s", 0.2
    with started(*options) as (_, address), unanswering() as silent:
        half, quiet = dial(address, b"GET http://half"), dial(address)
        nobody = dial(address, get("{}:{}".format(*silent).encode()))
        part = dial(address, get(host_of(origin), b"/part", b"Content-Length: 5") + b"12")
        with exchange(address, origin, get(host_of(origin))) as (client, sock, first):
            if b"/part" in first:  # accepted in the order in which the proxy has connected
                other, _ = origin.accept()
                sock, other = other, sock
            else:
                other, _ = origin.accept()
            assert status_of(client) == 504
            assert status_of(half) == 408
            assert status_of(nobody) == 504
            assert status_of(part) == 408
            assert to_the_end(quiet) == b""
            sock.close()
            other.close()
        for sock in (half, quiet, nobody, part):
            sock.close()


def test_an_idle_client_is_left_after_a_while(started, origin):
    with (
        started("--idle-s", 0.2) as (_, address),
        exchange(address, origin, get(host_of(origin))) as (client, sock, _),
    ):
        answer(client, sock)
        assert to_the_end(client) == b""


def test_an_idle_connection_to_an_origin_is_closed_after_a_while(started, origin):
    with (
        started("--origin-s", 0.2) as (_, address),
        exchange(address, origin, get(host_of(origin))) as (client, sock, _),
    ):
        answer(client, sock)
        assert to_the_end(sock) == b""


def test_no_more_idle_connections_than_the_bounds_say(started, origin):
    with started("--origins-per-host", 1) as (_, address), ExitStack() as opened:
        ways = [exchange(address, origin, get(host_of(origin))) for _ in range(2)]
        ends = [opened.enter_context(way) for way in ways]
        for client, sock, _ in ends:
            answer(client, sock)
        assert to_the_end(ends[1][1]) == b""
        ends[0][1].settimeout(0.1)
        with pytest.raises(TimeoutError):
            ends[0][1].recv(1)


def test_the_next_clients_wait_and_an_address_has_its_share(started):
    bad = b"hello\r\n\r\n"
    with started("--clients", 2) as (_, address):
        held = [dial(address), dial(address)]
        with dial(address, bad) as waiting:
            waiting.settimeout(0.1)
            with pytest.raises(TimeoutError):
                waiting.recv(1)
            waiting.settimeout(PATIENCE_S)
            held[0].close()
            assert status_of(waiting) == 400
        held[1].close()
    with started("--clients-per-address", 1) as (_, address), dial(address), dial(address) as more:
        assert status_of(more) == 503


def test_without_a_descriptor_it_rests_and_recovers(running, origin):
    program = FEW_DESCRIPTORS.format(20, ["--port", "0"])
    with running("-c", program) as (process, address):
        held = [dial(address) for _ in range(30)]
        with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as spinning:
            time.sleep(0.2)
            before = process_time(process), process_time(spinning)
            time.sleep(0.4)  # it is measured here what both do in this time
            after = process_time(process), process_time(spinning)
            spinning.kill()
        assert after[0] - before[0] < (after[1] - before[1]) / 4
        for client in held:
            client.close()
        with exchange(address, origin, get(host_of(origin))) as (client, sock, _):
            answer(client, sock)


def process_time(process):
    import psutil

    times = psutil.Process(process.pid).cpu_times()
    return times.user + times.system


@contextmanager
def many_descriptors(count):
    """This process may have so many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < count:
        pytest.skip(f"this machine allows {hard} descriptors, not {count}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, count), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_descriptor_beyond_what_select_can_watch_is_answered_503(running, origin):
    options = [
        "--port",
        "0",
        "--clients",
        "3000",
        "--clients-per-address",
        "3000",
        "--head-s",
        "60",
    ]
    with (
        many_descriptors(2_000),
        running("-c", FEW_DESCRIPTORS.format(2_000, options)) as (_, address),
        ExitStack() as opened,
    ):
        held = [opened.enter_context(dial(address)) for _ in range(1_100)]
        assert status_of(held[-1]) == 503
        held[0].sendall(get(b"127.0.0.1:9"))
        assert status_of(held[0]) == 502
        for client in held[1:1_000]:
            client.close()
        with exchange(address, origin, get(host_of(origin))) as (client, sock, _):
            answer(client, sock)


def test_clients_that_come_and_go_leave_nothing_behind(started, origin):
    import psutil

    with started("--origin-s", 0.1) as (process, address):
        descriptors = psutil.Process(process.pid).num_fds
        with dial(address, b"nonsense\r\n\r\n") as client:
            assert status_of(client) == 400  # so all that it opens for itself is open
        before = descriptors()
        for _ in range(20):
            dial(address, b"GET half").close()
            dial(address, b"nonsense\r\n\r\n").close()
            with exchange(
                address, origin, get(host_of(origin), b"/", b"Connection: close")
            ) as ends:
                answer(*ends[:2])
            with exchange(address, origin, get(host_of(origin))), suppress(OSError):
                pass
        wait_until(lambda: descriptors() <= before, timeout_s=PATIENCE_S, what="all to be closed")


def test_a_signal_is_heeded_as_soon_as_it_says_where_it_listens(started):
    for _ in range(3):
        with started() as (process, _):
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE_S) == 0
