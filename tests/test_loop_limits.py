"""The reference's loop at its limits, where no check of a lab can look from outside."""

import fcntl
import importlib
import os
import resource
import socket
import threading
import time
import weakref
from contextlib import contextmanager

import pytest

from workbench import kernel
from workbench.checks.driving import driving

PATIENCE_S = 2


@pytest.fixture
def lab():
    return importlib.import_module("labs.lab06_select_loop")


@pytest.fixture
def loop(lab):
    loop = lab.SelectLoop()
    yield loop
    loop.close()


@pytest.fixture
def served(lab, loop):
    """The listener of an echo server on `loop`, and all the clients that `dial` makes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        lab.EchoServer(loop, listener)
        clients = []
        yield listener, clients
        for client in clients:
            client.close()
        for _ in range(5):
            loop.run_once(0)


def dial(served):
    listener, clients = served
    clients.append(socket.create_connection(listener.getsockname(), PATIENCE_S))
    return clients[-1]


def echoes(client):
    client.sendall(b"a word")
    return client.recv(100) == b"a word"


@contextmanager
def soft_limit(count):
    """At most so many descriptors, or as many as there may be."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(count, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@contextmanager
def descriptors_up_to(number):
    """All descriptors below `number` are taken."""
    with open(os.devnull) as null:
        taken = [os.dup(null.fileno())]
        try:
            while taken[-1] < number - 1:
                taken.append(os.dup(null.fileno()))
            yield
        finally:
            for descriptor in taken:
                os.close(descriptor)


def test_a_descriptor_that_select_cannot_watch_is_refused_in_words(lab, loop):
    with soft_limit(2048), socket.socket() as sock:
        number = fcntl.fcntl(sock, fcntl.F_DUPFD, 1024)
        with socket.socket(fileno=number) as high, pytest.raises(ValueError, match=r"1024.* 1023"):
            loop.register(high, print, print)
    loop.run_once(0)


def test_a_closed_socket_is_refused_in_words(loop):
    sock = socket.socket()
    sock.close()
    with pytest.raises(ValueError, match="a closed socket has -1"):
        loop.register(sock, print, print)


def test_a_client_that_select_cannot_watch_is_turned_away_and_the_others_are_served(loop, served):
    with soft_limit(4096), driving(loop):
        first = dial(served)
        assert echoes(first)
        with descriptors_up_to(1024):
            assert dial(served).recv(100) == b""
            assert echoes(first)
        assert echoes(dial(served))


def test_without_descriptors_the_server_rests_and_then_accepts(lab, loop, served, monkeypatch):
    monkeypatch.setattr(lab, "REST_S", 0.2)
    with driving(loop) as turns:
        first = dial(served)
        assert echoes(first)
        waiting = socket.socket()
        served[1].append(waiting)
        waiting.settimeout(PATIENCE_S)
        highest = max(map(int, os.listdir("/dev/fd")))
        with descriptors_up_to(highest + 1), soft_limit(highest + 1):
            waiting.connect(served[0].getsockname())
            before = turns.completed
            assert echoes(first)
            time.sleep(0.1)
            assert turns.completed - before < 50
        assert echoes(waiting)


def test_a_listener_that_is_shut_down_ends_the_accepting_only(loop, served):
    with driving(loop) as turns:
        client = dial(served)
        assert echoes(client)
        served[0].shutdown(socket.SHUT_RDWR)
        before = turns.completed
        time.sleep(0.1)
        assert turns.completed - before < 50
        assert echoes(client)


def test_cancelled_timers_do_not_pile_up_and_hold_on_to_nothing(loop):
    class Thing:
        def method(self):
            """A callback that knows its thing."""

    thing = Thing()
    gone = weakref.ref(thing)
    loop.call_later(60, thing.method).cancel()
    del thing
    assert gone() is None
    loop.call_later(30, print)  # in front, so that none behind it is met by chance
    for _ in range(100):
        for _ in range(1_000):
            loop.call_later(60, print).cancel()
        loop.run_once(0)
    assert len(loop._timers) < 200


def test_a_closed_loop_takes_no_calls_and_raises_nothing(loop):
    loop.close()
    loop.call_from_thread(print)


def test_an_error_goes_to_the_log_and_not_to_stderr(loop, capfd, caplog):
    loop.call_later(0, lambda: 1 / 0)
    loop.run_once(0)
    assert capfd.readouterr().err == ""
    assert "raised in the loop" in caplog.text


@pytest.fixture
def resolver(lab, loop):
    resolver = lab.Resolver(loop, threads=2)
    yield resolver
    resolver.close()


def answer_to(loop, resolver, host, port):
    answers = []
    resolver.resolve(host, port, lambda *answer: answers.append((*answer, threading.get_ident())))
    until_s = time.monotonic() + PATIENCE_S
    while not answers and time.monotonic() < until_s:
        loop.run_once(PATIENCE_S)
    return answers[0]


def test_a_name_is_looked_up_and_answered_in_the_loops_thread(lab, loop, resolver):
    endpoints, error, thread = answer_to(loop, resolver, "localhost", 80)
    assert lab.Endpoint("127.0.0.1", 80) in endpoints
    assert len(set(endpoints)) == len(endpoints)
    assert (error, thread) == (None, threading.get_ident())


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "\udcff", "a\0b"])
def test_what_is_no_name_is_an_error_and_no_exception(loop, resolver, host):
    endpoints, error, _ = answer_to(loop, resolver, host, 80)
    assert endpoints == []
    assert isinstance(error, OSError)


def test_a_slow_lookup_delays_neither_the_loop_nor_another_one(loop, resolver, monkeypatch):
    slow, real = threading.Event(), socket.getaddrinfo

    def lookup(host, *args, **kwargs):
        if host == "slow":
            slow.wait(PATIENCE_S)
        return real("127.0.0.1", *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    answers = []
    resolver.resolve("slow", 1, lambda *answer: answers.append("slow"))
    resolver.resolve("fast", 2, lambda *answer: answers.append("fast"))
    loop.run_once(PATIENCE_S)
    assert answers == ["fast"]
    slow.set()
    kernel.wait_until(lambda: loop.run_once(0.01) or len(answers) == 2, what="the slow answer")
