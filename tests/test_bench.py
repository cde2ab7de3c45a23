"""The benchmark: it measures what is there, its ratios are of one round, and it ends cleanly."""

import json
import re
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise

import psutil
import pytest
from typer.testing import CliRunner

from workbench import bench, peers
from workbench.__main__ import app
from workbench.bench import (
    candidates,
    clients,
    command,
    loads,
    ours,
    pictures,
    processes,
    report,
    summary,
)
from workbench.bench import origin as origins
from workbench.bench import run as running
from workbench.bench.goals import outcomes
from workbench.bench.pictures import drawings
from workbench.bench.results import Results, Sample, Spread, read
from workbench.families import ROOT
from workbench.figures._style import MUTED
from workbench.kernel import wait_until
from workbench.proxies import NotInstalled, free_port, running_command, running_tinyproxy
from workbench.skeletons import skeleton_of

TOOLS = ("nginx", "wrk", "haproxy", "tinyproxy")
missing = [
    tool for tool in TOOLS if not (shutil.which(tool) or shutil.which(tool, path="/usr/sbin"))
]
needs_tools = pytest.mark.skipif(bool(missing), reason=f"missing here: {', '.join(missing)}")
SHORT = loads.Pace(seconds=1, levels=(0, 60), opening_s=3.0)


@contextmanager
def busy(program):
    """A Python program of its own; it has begun as soon as it has printed a line."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", program], **pipes) as process:
        try:
            process.stdout.readline()
            yield process
        finally:
            process.kill()


@pytest.fixture
def skeletons(tmp_path):
    """A tree in which no exercise is written."""
    for reference in (ROOT / "lab_solutions").glob("lab*.py"):
        (tmp_path / reference.name).write_text(skeleton_of(reference.read_text("utf-8")), "utf-8")
    return tmp_path


def candidate(name, start, **how):
    return candidates.Candidate(name, "for a test", start, lambda: f"{name} 1", **how)


def plan(*takers, groups=("tunnels",), rounds=1, pace=SHORT):
    return running.plan([], list(groups), rounds, 1, False)._replace(candidates=takers, pace=pace)


def results(*samples):
    """As of a run in which each sample is (what, candidate, round, values)."""
    made = Results(seed=1, rounds=2, samples=[Sample(*sample) for sample in samples])
    for sample in made.samples:
        made.how[sample.candidate], made.versions[sample.candidate] = "somehow", "1.0"
    return made


# What a process costs.


def test_processor_time_is_what_the_process_itself_says():
    program = (
        "import time; print(flush=True)\n"
        "while time.process_time() < 0.5: pass\n"
        "print(time.process_time(), flush=True); time.sleep(60)"
    )
    with busy(program) as process:
        said_s = float(process.stdout.readline())
        assert processes.cpu_s([process.pid]) == pytest.approx(said_s, abs=0.02)


def test_processor_time_of_threads_that_have_ended_still_counts():
    program = (
        "import threading, time\n"
        "def work():\n"
        "    while time.thread_time() < 0.2: pass\n"
        "thread = threading.Thread(target=work); thread.start(); thread.join()\n"
        "print(flush=True); time.sleep(60)"
    )
    with busy(program) as process:
        assert processes.cpu_s([process.pid]) >= 0.2


def test_a_process_that_has_ended_has_no_clock():
    with busy("print(flush=True)") as process:
        process.wait(10)
    with pytest.raises(ProcessLookupError, match=str(process.pid)):
        processes.cpu_s([process.pid])


def test_memory_is_what_the_process_takes():
    program = "print(flush=True); input(); data = b'x' * 100_000_000; print(flush=True); input()"
    with busy(program) as process:
        before = processes.memory_bytes([process.pid])
        process.stdin.write(b"\n")
        process.stdin.flush()
        process.stdout.readline()
        grown = processes.memory_bytes([process.pid]) - before
    # Its share of the interpreter's pages, 6 MB, changes with how many others run just now.
    assert grown == pytest.approx(100_000_000, abs=8_000_000)


def test_waiting_until_still_outlasts_the_work():
    program = (
        "import time; print(flush=True)\nwhile time.process_time() < 0.8: pass\ntime.sleep(60)"
    )
    with busy(program) as process:
        processes.wait_until_still([process.pid])
        assert processes.cpu_s([process.pid]) >= 0.8


# Its clients.


def test_drain_counts_every_byte_and_keeps_none():
    with peers.origin([peers.say(b"x" * 3_000_000), peers.hear_until_end()]) as origin:
        way = clients.Way(origin.address, origin.address, connects=False)
        with clients.tunnels(way, 2) as socks:
            assert clients.drain(socks, 0.5) == 6_000_000


def test_drain_says_so_when_a_tunnel_ends_early():
    with peers.origin([peers.say(b"x" * 1000), peers.close()]) as origin:
        way = clients.Way(origin.address, origin.address, connects=False)
        with clients.tunnels(way, 1) as socks, pytest.raises(clients.Refused, match="1,000 bytes"):
            clients.drain(socks, 5)


def test_a_tunnel_that_is_refused_is_an_error_with_the_proxys_own_words():
    script = [peers.hear_until(b"\r\n\r\n"), peers.say(b"HTTP/1.1 403 not you\r\n\r\n")]
    with peers.origin(script) as proxy:
        way = clients.Way(proxy.address, ("127.0.0.1", 1), connects=True)
        with pytest.raises(clients.Refused, match="403 not you"):
            way.open()


def test_a_crowd_that_is_not_let_in_says_how_many_were():
    port = free_port()
    way = clients.Way(("127.0.0.1", port), ("127.0.0.1", port), connects=False)
    crowd = clients.Crowd(way)
    assert crowd.grow(10, limit_s=5).startswith("0: [Errno")
    with socket.create_server(("127.0.0.1", port)):
        assert crowd.grow(10, limit_s=5) == ""
        assert len(crowd.socks) == 10
        crowd.close()


def test_round_trips_takes_whole_answers_however_they_are_sliced():
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
    turn = [peers.hear_until(b"\r\n\r\n"), peers.dribble(answer, size=9)]
    with peers.origin([*turn * 3, peers.close()]) as origin:
        way = clients.Way(origin.address, origin.address, connects=False)
        with way.open() as sock:
            question = clients.get("localhost", "/")
            assert clients.round_trips(sock, question, 0) == []  # the first one is not timed
            with pytest.raises(OSError, match=r"ended|reset"):  # whichever comes first
                clients.round_trips(sock, question, 30)
        assert origin.sent == answer * 3


# The order of a run.


def test_each_round_has_every_load_for_everyone_who_suits_in_another_order():
    todo = running.plan([], [], rounds=3, seed=7, quick=False)
    jobs = running.jobs(todo, todo.candidates)
    by_round = [[job[1:] for job in jobs if job.round == number] for number in (1, 2, 3)]
    assert len({tuple(map(str, each)) for each in by_round}) == 3
    expected = {(load, each) for load in todo.loads for each in todo.candidates if load.suits(each)}
    assert set(by_round[0]) == expected
    assert len(by_round[0]) == len(expected)
    long = {load for load in todo.loads if load.most_rounds < 3}
    assert set(by_round[2]) == {pair for pair in expected if pair[0] not in long}


def test_the_seed_decides_the_order():
    todo = running.plan([], [], rounds=1, seed=7, quick=False)
    first, again = (running.jobs(todo, todo.candidates) for _ in range(2))
    other = running.jobs(todo._replace(seed=8), todo.candidates)
    assert first == again != other


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--peers", "apache"], "no proxy apache: there are lab09"),
        (["--only", "coffee"], "no load coffee: there are tunnels"),
        (["--results", "no/such.json"], "no/such.json"),
        (["--results", str(ROOT / "pyproject.toml")], "pyproject.toml"),
        (["--rounds", "0"], "rounds"),
    ],
)
def test_a_call_that_makes_no_sense_is_refused_in_words(arguments, words):
    done = CliRunner().invoke(app, ["bench", *arguments])
    assert done.exit_code == 2
    assert words in done.output


def test_the_tools_that_are_missing_are_named_at_once_and_before_anything_is_started(monkeypatch):
    monkeypatch.setattr("workbench.proxies.shutil.which", lambda name, path=None: None)
    done = CliRunner().invoke(app, ["bench", "--quick"])
    assert done.exit_code == 2
    assert "nginx and wrk are not installed: apt-get install nginx-light wrk" in done.output
    done = CliRunner().invoke(app, ["bench", "--only", "tunnels"])  # these need no wrk
    assert "nginx is not installed: apt-get install nginx-light\n" in done.output


def test_a_system_without_the_clocks_is_told_where_it_can_be_run(monkeypatch):
    monkeypatch.setattr("sys.platform", "darwin")
    done = CliRunner().invoke(app, ["bench", "--quick"])
    assert done.exit_code == 2
    assert "only Linux has: run it in the dev container" in done.output


def test_a_page_without_a_place_for_the_table_is_refused_before_the_run(monkeypatch, tmp_path):
    (tmp_path / "README.md").write_text("a student's copy has no such place")
    monkeypatch.setattr("workbench.families.ROOT", tmp_path)
    monkeypatch.setattr(running, "run", lambda *_: pytest.fail("it was measured first"))
    done = CliRunner().invoke(app, ["bench", "--readme"])
    assert done.exit_code == 2
    assert "README.md has no <!-- bench: begin -->" in done.output


# The workbook's own programs.


UNWRITTEN = 'def {}():\n    """Returns."""\n    raise NotImplementedError("{}")\n'


def tree_of(folder, **labs):
    for name, text in labs.items():
        (folder / f"{name}.py").write_text(text)
    return folder


def test_a_lab_that_is_not_written_yet_is_found_by_its_text(tmp_path):
    tree = tree_of(
        tmp_path,
        lab01_one="def one():\n    return 1\n",
        lab02_two=UNWRITTEN.format("two", "two"),
        lab03_three="def three(:\n",  # broken: not written is something else
        lab04_four="class Four:\n    def four(self):\n        raise NotImplementedError\n",
        lab09_nine=UNWRITTEN.format("nine", "nine"),
    )
    assert ours.unwritten_labs(tree, "08") == ["02", "04"]
    assert ours.unwritten_labs(tree, "09") == ["02", "04", "09"]
    assert ours.unwritten_labs(ROOT / "lab_solutions", "09") == []
    assert ours.unwritten_labs(ROOT / "labs", "02") == ["01", "02"]


@pytest.mark.parametrize(
    ("lab02", "words"),
    [
        (UNWRITTEN.format("two", "two"), "lab 02 not written yet: begin with make check LAB=02"),
        ("def two():\n    return 1 / 0\n", "ZeroDivisionError: division by zero ("),
        ("def two(:\n", "SyntaxError: invalid syntax ("),
    ],
    ids=["unwritten", "raises", "broken"],
)
def test_a_student_is_told_which_lab_keeps_a_program_from_running(
    monkeypatch, tmp_path, lab02, words
):
    """A tree of two labs: the program of lab 08, which needs lab 02."""
    tree = tree_of(
        tmp_path, lab02_two=lab02, lab08_full_proxy="from labs.lab02_two import two\n\ntwo()\n"
    )
    monkeypatch.setenv("LABS", str(tree))
    (mine,) = running.candidates_named(["lab08"])
    made = running.run(plan(mine, DIRECT)._replace(loads=(), origin=loads.running_origin))
    why = made.left_out["lab08"]
    assert words in why
    assert (
        f"lab02_two.py, line {3 if 'NotImpl' in lab02 else 2 if 'return' in lab02 else 1})" in why
    )
    assert made.how.keys() == {"none"}


def test_the_exit_status_says_whether_a_labs_program_took_part():
    measured = ("tunnel-1", "none", 1, {"cpu_s_per_gb": 1.0})
    for changes, status in (
        ({"is_complete": True}, 0),
        ({"is_complete": True, "left_out": {"squid": "not installed"}}, 0),
        ({"is_complete": True, "left_out": {"lab09": "not written"}}, 1),
        ({"is_complete": True, "samples": []}, 1),
        ({"is_complete": False, "left_out": {"lab09": "not written"}}, 130),
    ):
        assert command._status(replace(results(measured), **changes)) == status


# What is made of it.


def test_a_ratio_is_of_the_same_round():
    made = results(
        ("tunnel-1", "ours", 1, {"cpu_s_per_gb": 1.0}),
        ("tunnel-1", "theirs", 1, {"cpu_s_per_gb": 2.0}),
        ("tunnel-1", "ours", 2, {"cpu_s_per_gb": 10.0}),  # a noisy minute: for both
        ("tunnel-1", "theirs", 2, {"cpu_s_per_gb": 20.0}),
        ("tunnel-1", "ours", 3, {"cpu_s_per_gb": 99.0}),  # theirs is missing
    )
    assert made.ratio("tunnel-1", "cpu_s_per_gb", "ours", "theirs") == Spread(0.5, 0.5, 0.5, 2)
    assert made.ratio("tunnel-8", "cpu_s_per_gb", "ours", "theirs") is None


def test_memory_of_an_idle_tunnel_is_growth_between_two_crowds_not_what_starting_took():
    made = results(
        *(
            (f"idle-{level}", "ours", 1, {"memory_bytes": 5e6 + 2000 * level, "p50_us": 50.0})
            for level in (0, 1000, 9500)
        )
    )
    assert made.bytes_per_idle_tunnel("ours").median == 2000


def test_a_proxy_that_had_room_from_before_has_no_price_for_a_tunnel():
    levels = [(f"idle-{n}", "roomy", 1, {"memory_bytes": 12_150_784}) for n in (400, 1000)]
    assert results(*levels).bytes_per_idle_tunnel("roomy") is None


def test_results_come_back_from_their_file(tmp_path):
    made = results(("tunnel-1", "ours", 1, {"cpu_s_per_gb": 1.5}))
    made.left_out["squid"] = "not installed"
    made.write(tmp_path / "results.json")
    assert read(tmp_path / "results.json") == made


def test_a_goal_is_reached_or_not_by_the_median():
    made = results(
        *(("tunnel-1", "lab09", n, {"cpu_s_per_gb": cost}) for n, cost in ((1, 1), (2, 2), (3, 9))),
        *(("tunnel-1", "haproxy-splice", n, {"cpu_s_per_gb": 2.0}) for n in (1, 2, 3)),
        *(("tunnel-1", "squid", n, {"cpu_s_per_gb": 2.0}) for n in (1, 2, 3)),
    )
    assert [(outcome.most, outcome.is_met) for outcome in outcomes(made, "lab09")] == [
        (1.2, True),
        (0.4, False),
    ]


def test_the_readme_gets_a_table_between_its_markers_and_nothing_else_changes(tmp_path):
    made = results(
        ("tunnel-1", "lab09", 1, {"cpu_s_per_gb": 0.25, "gb_per_s": 2}),
        ("tunnel-1", "squid", 1, {"cpu_s_per_gb": 0.5, "gb_per_s": 1}),
    )
    made.versions["squid"] = "squid 5.7"
    made.left_out["mitmproxy"] = "it is not there"
    page = tmp_path / "README.md"
    page.write_text(f"before\n{summary.BEGIN}\nan earlier table\n{summary.END}\nafter\n")
    for _ in range(2):  # a second time it replaces what it wrote
        summary.write_between_markers(page, summary.as_summary(made))
    text = page.read_text()
    assert text.startswith(f"before\n{summary.BEGIN}\nMeasured on ")
    assert text.endswith(f"{summary.END}\nafter\n")
    assert "| lab09 | 0.25 | · |\n| squid | 0.5 (**0.5×, goal 0.4×**) | · |\n" in text
    assert f"Measured on {made.date}, on " in text
    assert ", beside squid 5.7.\n" in text
    assert "Left out: mitmproxy: it is not there" in text
    assert "an earlier table" not in text
    page.write_text("no markers")
    with pytest.raises(ValueError, match=r"README\.md has no <!-- bench: begin -->"):
        summary.write_between_markers(page, "")


def test_missed_goals_are_told_in_plain_words_with_what_was_aimed_at():
    made = results(
        ("tunnel-1", "lab09", 1, {"cpu_s_per_gb": 1.2}),
        ("tunnel-1", "haproxy-splice", 1, {"cpu_s_per_gb": 1.0}),  # 1.2×: just reached
        ("tunnel-1", "squid", 1, {"cpu_s_per_gb": 2.4}),
        ("tunnel-1", "pproxy", 1, {"cpu_s_per_gb": 4.0}),
        ("tunnel-1", "none", 1, {"cpu_s_per_gb": 0.1}),  # no goal
        *(
            (f"idle-{level}", "lab09", 1, {"memory_bytes": 5e6 + 2100 * level, "p50_us": 50.0})
            for level in (0, 1000, 9500)
        ),
    )
    assert summary.missed(made) == [
        "processor time for each GB, 1 tunnel: 0.5× squid's (goal: at most 0.4×); "
        "0.3× pproxy's (goal: at most 0.25×)",
        "bytes for each idle tunnel, up to 9,500: 2,100 (goal: at most 2,000)",
    ]
    page = summary.as_summary(made)
    assert "lab09 reached 1 of 4 goals.\n" in page
    assert "<summary>Which were missed</summary>\n\n- processor time for each GB, 1" in page
    assert "| lab09 | 1.2 | 2.1 (**goal 2**) |" in page
    assert "| haproxy-splice | 1 (1.2×, goal 1.2×) | · |" in page


def test_the_figures_show_what_was_measured():
    made = results(
        ("keep-alive-16", "lab09", 1, {"cpu_us_per_request": 20.0}),
        ("keep-alive-16", "squid", 1, {"cpu_us_per_request": 60.0}),
        *(
            (f"idle-{level}", "lab09", 1, {"p50_us": 50.0, "memory_bytes": 1})
            for level in (0, 9500)
        ),
    )
    drawn = dict(drawings(made))
    assert set(drawn) == {"per_request", "idle"}
    (panel,) = drawn["per_request"].data.values()
    assert panel == {"lab09": (1, 1, 1), "squid": (3, 3, 3)}
    assert "lab09 1 and squid 3" in drawn["per_request"].alt_text
    assert drawn["idle"].data == {"lab09": ((0, 50e-6), (9500, 50e-6))}
    assert "lab09: 50 µs beside 0, 50 µs beside 9,500" in drawn["idle"].alt_text
    page = report.as_markdown(made, {"idle.png": "in words\nof two lines"})
    assert "![idle.png](idle.png)\n\nin words  \nof two lines\n\n- " in page


def test_each_curve_beside_idle_tunnels_is_told_from_the_others_and_led_to_its_name():
    names = [each.name for each in candidates.CANDIDATES]
    levels = dict.fromkeys(names, (0, 9500)) | {"tinyproxy": (0, 1000)}  # it ends before
    made = results(
        *(
            (f"idle-{level}", name, 1, {"p50_us": 50.0 + place / 10, "memory_bytes": 1})
            for place, name in enumerate(names)
            for level in levels[name]
        )
    )
    (axes,) = dict(drawings(made))["idle"].figure.axes
    lines = axes.get_lines()
    curves = [line for line in lines if line.get_transform() == axes.transData]
    looks = {(line.get_marker(), line.get_color(), line.get_linestyle()) for line in curves}
    assert len(looks) == len(curves) == len(names)
    assert (
        len({line.get_marker() for line in curves if line.get_color() == MUTED}) == len(names) - 2
    )
    written = {text.get_text(): text for text in axes.texts}
    assert set(written) == {*names, "tinyproxy ends"} - {"tinyproxy"}
    leaders = [line for line in lines if line.get_transform() == axes.transAxes]
    heights = sorted(line.get_ydata()[-1] for line in leaders)
    assert heights == sorted(text.xy[1] for name, text in written.items() if "ends" not in name)
    assert min(b - a for a, b in pairwise(heights)) > 0.06  # a line of text


def test_a_table_without_numbers_is_left_out():
    made = results(("tunnel-1", "lab09", 1, {"cpu_s_per_gb": 0.25, "gb_per_s": 2}))
    titles = [title for title, _, _ in report.tables(made)]
    assert titles == ["Processor seconds for each GB", "GB in a second"]


# Real runs.


def not_there(origin):
    raise NotInstalled("ghost is not installed: apt-get install ghost")


def web_server(origin):
    """It listens and answers, but it is no proxy."""
    words = ("-m", "http.server", "--bind", "{host}", "{port}")
    return running_command("web", sys.executable, *words)


HAPROXY, DIRECT = running.candidates_named(["haproxy-splice", "none"])


@needs_tools
def test_a_small_run_measures_who_is_there_and_says_who_is_not():
    takers = (HAPROXY, DIRECT, candidate("ghost", not_there), candidate("web", web_server))
    steps = []
    made = running.run(plan(*takers), lambda *step: steps.append(step))
    assert made.is_complete
    assert set(made.left_out) == {"ghost", "web"}
    assert made.left_out["ghost"] == "ghost is not installed: apt-get install ghost"
    assert made.left_out["web"].startswith("another file came: b'HTTP/1.0 404")
    assert not made.failures
    assert made.candidates == ["haproxy-splice", "none"]
    measured = {(sample.what, sample.candidate): sample.values for sample in made.samples}
    assert len(measured) == 4
    for values in measured.values():
        assert 0.01 < values["gb_per_s"] < 100
        assert 0.001 < values["cpu_s_per_gb"] < 10
    assert steps[-1][:2] == (3, 4)


def test_whoever_fails_is_ended_before_the_others_are_measured():
    """A program that spins in its fault would take the processor from all the others."""
    begun = []

    def failing(origin):
        return noted(web_server(origin), begun)

    def ended(done, total, what):
        if what.startswith("round"):
            assert begun[0].process.poll() is not None

    todo = plan(candidate("web", failing), DIRECT)._replace(origin=loads.python_origin, tools=())
    made = running.run(todo, ended)
    assert set(made.left_out) == {"web"}
    assert made.candidates == ["none"]


@contextmanager
def noted(starting, begun):
    with starting as proxy:
        begun.append(proxy)
        yield proxy


@needs_tools
def test_requests_are_counted_and_have_their_cost():
    (http,) = running.candidates_named(["haproxy-http"])
    made = running.run(plan(http, groups=("requests",)))
    assert not made.failures
    by_what = {sample.what: sample.values for sample in made.samples}
    assert set(by_what) == {"keep-alive-16", "keep-alive-256", "close-16", "close-256"}
    for values in by_what.values():
        assert values["failed"] == 0
        assert values["p50_us"] <= values["p99_us"]
        assert 0.5 < values["cpu_us_per_request"] * values["requests_per_s"] / 1e6 * 10 < 12
    assert (
        by_what["close-16"]["cpu_us_per_request"] > by_what["keep-alive-16"]["cpu_us_per_request"]
    )


@needs_tools
def test_idle_tunnels_cost_memory_and_a_proxy_that_takes_fewer_is_said_aloud():
    few = candidate("few", lambda origin: running_tinyproxy("MaxClients 40\n"))
    pace = SHORT._replace(levels=(10, 35, 90))
    made = running.run(plan(few, groups=("idle",), pace=pace))
    assert made.levels("few") == [10, 35]
    assert 1_000 < made.bytes_per_idle_tunnel("few").median < 100_000
    (failure,) = made.failures
    assert failure["job"] == "round 1: idle tunnels, few"
    assert failure["why"].startswith("90 idle tunnels: it stopped at ")


@needs_tools
def test_ctrl_c_keeps_what_was_measured_so_far():
    def impatient(done, total, what):
        if done == 1 and what.startswith("round"):
            raise KeyboardInterrupt

    made = running.run(plan(HAPROXY, DIRECT), impatient)
    assert not made.is_complete
    assert len(made.samples) == 1
    assert "stopped before its end" in report.as_markdown(made)


def spent_s(pid):
    """By the children of the benchmark; one load takes 2 s, in which nginx takes less than 2 s."""
    children = psutil.Process(pid).children(recursive=True)
    return processes.cpu_s([child.pid for child in children])


@needs_tools
def test_the_command_ends_by_ctrl_c_with_its_results_written(tmp_path):
    words = [sys.executable, "-m", "workbench", "bench", "--only", "tunnels"]
    words += ["--peers", "none", "--rounds", "90", "--out", str(tmp_path)]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        try:
            wait_until(lambda: spent_s(run.pid) > 2.0, timeout_s=60, what="the first load's end")
            started = psutil.Process(run.pid).children(recursive=True)
            run.send_signal(signal.SIGINT)  # to it alone: what it has started is its to end
            said, errors = run.communicate(timeout=30)
        finally:
            run.kill()
    assert started
    assert [process for process in started if process.is_running()] == []
    assert run.returncode == 130, errors
    assert b"Traceback" not in errors
    stored = json.loads((tmp_path / "results.json").read_text())
    assert not stored["is_complete"]
    assert stored["samples"]
    assert b"stopped before its end" in said
    assert {path.name for path in tmp_path.iterdir()} == {"results.json", "results.md"}


# The notebook's small run: by Python alone.


def test_the_small_run_needs_no_tool_and_compares_both_labs_with_no_proxy(monkeypatch):
    monkeypatch.setenv("LABS", "lab_solutions")
    monkeypatch.setattr("workbench.proxies.shutil.which", lambda name, path=None: None)
    made = bench.small_run(rounds=1, seconds=0.1)
    assert (made.left_out, made.failures) == ({}, [])
    assert made.candidates == ["lab09", "lab08", "none"]
    drawn = pictures.small(made)
    *costs, waits = drawn.data.values()
    assert [list(bars) for bars in costs] == [["lab09", "lab08"]] * 2
    assert list(waits) == ["lab09", "lab08", "none"]
    assert waits["none"][0] < 0.7  # a client that asks the origin itself has no way round


def test_a_small_run_on_unwritten_labs_says_so_and_draws_who_is_there(monkeypatch, skeletons):
    monkeypatch.setenv("LABS", str(skeletons))
    made = bench.small_run(rounds=1, seconds=0.05)
    assert made.candidates == ["none"]
    lines = report.missing(made)
    assert [line[:15] for line in lines] == ["Left out: lab09", "Left out: lab08"]
    assert all("not written yet: begin with make check LAB=01" in line for line in lines)
    assert pictures.small(made).png().startswith(b"\x89PNG")


def test_an_interrupt_ends_the_small_run(monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(running, "started", interrupt)
    with pytest.raises(KeyboardInterrupt):
        bench.small_run()


def test_the_bare_relay_carries_both_ways_and_ends_with_either_side():
    (bare,) = running.candidates_named(["bare-python"])
    with loads.python_origin() as origin, bare.start(origin) as relay:
        with socket.create_connection(relay.address, 5) as sock:
            sock.sendall(clients.get("localhost", "/small") * 2)
            answers = clients.recv_length(sock, 2 * len(origins.ANSWERS["/small"]))
            assert undated(answers) == undated(origins.ANSWERS["/small"]) * 2
            sock.shutdown(socket.SHUT_WR)
            assert sock.recv(1) == b"", "the end of one side is the end of both"
        with socket.create_connection(relay.address, 5) as sock:
            sock.sendall(clients.get("localhost", "/none"))
            assert clients.recv_length(sock, len(origins.NOT_FOUND)).startswith(b"HTTP/1.1 404")


def undated(answers):
    """Each process has made its answers at a moment of its own; the form is fixed (RFC 9110)."""
    return re.sub(rb"Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", b"Date", answers)


def test_the_origin_in_python_answers_in_any_slicing_and_knows_two_files():
    with loads.python_origin() as origin, socket.create_connection(origin.address, 5) as sock:
        asked = clients.get("localhost", "/small") + clients.get("localhost", "/none") * 2
        for piece in (asked[:20], asked[20:]):
            sock.sendall(piece)
        small = clients.recv_length(sock, len(origins.ANSWERS["/small"]))
        assert undated(small) == undated(origins.ANSWERS["/small"])
        none = clients.recv_length(sock, 2 * len(origins.NOT_FOUND))
        assert undated(none) == undated(origins.NOT_FOUND * 2)
