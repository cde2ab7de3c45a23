"""A lab in a sandbox: the same checks give the same marks and words, and nothing gets out.

`ISOLATED=all` checks every wheat and every chaff in a sandbox, and each in every tier that this
machine permits: some twenty minutes. Without it some of them are checked in the best tier.
"""

from __future__ import annotations

import argparse
import marshal
import os
import runpy
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from workbench.checks import feedback
from workbench.checks.evidence import NeverReturned
from workbench.checks.graft import graft, grafted_tree
from workbench.checks.isolation import _labs, sandboxed
from workbench.checks.runner import run_checks
from workbench.families import FAMILIES, ROOT, family_of_lab
from workbench.kernel import wait_until
from workbench.peers import Peers
from workbench.sandbox import Tier, best_tier, lives, tiers, works
from workbench.sandbox.faults import HasEnded, NoException, OutOfTime
from workbench.sandbox.process import PRINTED_BYTES, Sandbox
from workbench.sandbox.student import Remote
from workbench.sandbox.submission import LARGEST_BYTES, NO_LABS, Labs, labs_for
from workbench.sandbox.uids import own_uid
from workbench.sandbox.wire import TEXT, Bounds, Channel, Codec, Ended, Parcel, Refused
from workbench.skeletons import skeleton_of

HERE = Path(__file__).parent
BUILT = [family for family in FAMILIES if family.checks.exists()]
ALL = os.environ.get("ISOLATED") == "all"
PERMITTED = [tier for tier in Tier if ALL or tier is not Tier.PLAIN]
SOME_WHEATS = {"a_thread_in_turn", "by_poll"}
WHEATS = [w for w in sorted(HERE.glob("wheats/lab*/*.py")) if ALL or w.stem in SOME_WHEATS]
CHAFFS = sorted(HERE.glob("chaffs/lab*/*.py"))[:: 1 if ALL else 53]
REFERENCE = ROOT / "lab_solutions"
LAB = family_of_lab("01")
MODULE = "labs.lab01_five_tuple"


def named(path):
    return f"{path.parent.name}-{path.stem}"


def permitted(tier):
    if not works(tier):
        pytest.skip(f"this machine does not permit the tier {tier}")
    return tier


@pytest.fixture(params=list(Tier))
def tier(request):
    return permitted(request.param)


@pytest.fixture(params=[tier for tier in Tier if tier.is_of_record])
def tier_of_record(request):
    return permitted(request.param)


def lab01(text):
    """A submission's lab 01, and nothing else."""
    return Labs({"lab01_five_tuple": text}, {}, frozenset({"lab01_five_tuple"}))


@pytest.fixture
def started():
    """`started("def f(): …")` gives the process that serves this text as lab 01, not yet loaded."""
    remotes = []

    def start(text, tier=None, life_s=10):
        sandbox = Sandbox(tier or best_tier(), lab01(text.encode()))
        remotes.append(Remote(sandbox, time.monotonic() + life_s))
        sandbox.wait_for_hello()
        return remotes[-1]

    yield start
    for remote in remotes:
        remote.close()


@pytest.fixture
def serving(started):
    """`serving("def f(): …")` gives the lab itself."""
    return lambda text, *how: started(text, *how).load(MODULE)


def test_a_lab_is_compiled_where_none_of_its_lines_is_run(started, tier):
    remote = started("import os\nos._exit(3)\n", tier)
    code = marshal.loads(remote.code("lab01_five_tuple"))
    assert (code.co_filename, code.co_names) == ("labs/lab01_five_tuple.py", ("os", "_exit"))
    with pytest.raises(HasEnded, match="exit status 3"):
        remote.load(MODULE)


def test_each_process_of_a_check_gets_the_code_of_its_lab(tmp_path):
    (tmp_path / "lab01_five_tuple.py").write_bytes(b"def f():\n    return 1\n")
    option = argparse.Namespace(isolated=str(tmp_path), tier=str(best_tier()))
    labs = _labs(best_tier(), LAB, tmp_path, own_chain=False)
    assert set(labs.compiled) == set(labs.texts), "none is left to compile"
    assert labs.marked == {"lab01_five_tuple"}
    with sandboxed(option, LAB, own_chain=False) as remote:
        assert remote.load(MODULE).f() == 1


def test_a_zygote_that_was_tried_without_labs_does_not_serve_those_that_need_some(tier_of_record):
    if (uid := own_uid()) is None:
        pytest.skip("there are zygotes for root only")
    lives.end_zygotes()
    tried = lives.zygote(tier_of_record, uid, NO_LABS)
    labs = labs_for(FAMILIES[2], REFERENCE)
    serving = lives.zygote(tier_of_record, uid, labs)
    assert serving is not tried
    assert serving.given == labs.given()
    assert lives.zygote(tier_of_record, uid, labs) is serving


# The same checks.


@pytest.mark.parametrize("family", BUILT, ids=lambda family: family.stem)
def test_the_reference_gets_full_marks_in_a_sandbox(family):
    report = run_checks(family, tree=REFERENCE, isolated=True)
    assert [(check.id, check.actual) for check in report.checks if not check.passed] == []
    assert report.score == report.max_score > 0
    assert report.tier == best_tier()


@pytest.mark.parametrize("family", BUILT, ids=lambda family: family.stem)
def test_a_skeleton_scores_nothing_in_a_sandbox(family, tmp_path):
    text = skeleton_of(family.reference.read_text("utf-8"))
    (tmp_path / family.reference.name).write_text(text, "utf-8")
    report = run_checks(family, tree=tmp_path, isolated=True)
    assert report.checks
    assert (report.score, report.fault) == (0, "")


@pytest.mark.parametrize("tier", PERMITTED if ALL else [None])
@pytest.mark.parametrize("wheat", WHEATS, ids=named)
def test_a_wheat_gets_full_marks_in_a_sandbox(wheat, tier, tmp_path):
    tree = grafted_tree(tmp_path, wheat)
    report = run_checks(family_of_lab(wheat.parent.name), tree=tree, isolated=True, tier=tier)
    assert [(check.id, check.actual) for check in report.checks if not check.passed] == []


@pytest.mark.parametrize("tier", PERMITTED if ALL else [None])
@pytest.mark.parametrize("chaff", CHAFFS, ids=named)
def test_a_chaff_fails_the_same_check_and_shows_the_same_belief(chaff, tier, tmp_path):
    tree = grafted_tree(tmp_path, chaff)
    family = family_of_lab(chaff.parent.name)
    report = run_checks(family, tree=tree, isolated=True, tier=tier, until_failure=True)
    failed = next(check for check in report.checks if check.passed is False)
    stated = runpy.run_path(str(chaff))
    assert (failed.id, failed.misconception) == (stated["FAILS"], stated["BELIEVES"])
    assert not failed.slip, failed.actual


def test_each_tier_gives_the_same_marks(tier):
    report = run_checks(LAB, tree=REFERENCE, isolated=True, tier=tier)
    assert report.all_passed
    assert report.tier == tier


SWAPPED = """
def local_endpoint(sock):
    print("here I am")
    return endpoint_from(sock.getpeername())
"""


def test_a_failure_is_told_in_the_same_words(tmp_path):
    reference = LAB.reference.read_text("utf-8")
    (tmp_path / LAB.reference.name).write_text(graft(reference, SWAPPED), "utf-8")
    told = [
        feedback.as_text(run_checks(LAB, "local_endpoint_is", 7, tmp_path, isolated=isolated))
        for isolated in (False, True)
    ]
    without_ports = [
        [line for line in text.splitlines() if "Endpoint(" not in line] for text in told
    ]
    assert without_ports[0] == without_ports[1]
    assert "here I am" in told[1]
    assert "The source of a connection is always the client." in " ".join(told[1].split())


def test_a_long_wrong_answer_is_compared_quickly(tmp_path, monkeypatch):
    """pytest's own comparison takes minutes, where a CI wants it in full."""
    monkeypatch.setenv("CI", "1")
    lab = family_of_lab("03")
    wrong = "def recv_until(sock, buffer, delimiter, limit):\n    return b'x' * 5_000_000"
    text = graft(lab.reference.read_text("utf-8"), wrong)
    (tmp_path / lab.reference.name).write_text(text, "utf-8")
    report = run_checks(lab, "recv_until_is_empty", tree=tmp_path, isolated=True)
    assert report.checks[0].passed is False
    assert "had not returned" not in report.checks[0].actual


def test_a_text_has_a_bound():
    assert crossed("x" * TEXT) == "x" * TEXT
    with pytest.raises(Refused):
        crossed("x" * (TEXT + 1))


def test_what_the_lab_did_on_the_wire_stands_at_its_place_in_the_journal(tmp_path):
    chaff = HERE / "chaffs/lab03/one_recv_of_the_size.py"
    tree = grafted_tree(tmp_path, chaff)
    lab = family_of_lab("03")
    report = run_checks(lab, "recv_exactly_collects_a_small", 7, tree, isolated=True)
    lines = [line.split()[1:3] for line in report.checks[0].log["on the wire"].splitlines()[:4]]
    assert lines == [["you", "connect"], ["peer", "accept"], ["peer", "send"], ["you", "recv"]]


def test_the_labs_below_are_the_references_but_for_one_check(tmp_path):
    for family in BUILT:
        text = family.reference.read_text("utf-8")
        text = text if family.number == "07" else skeleton_of(text)
        (tmp_path / family.reference.name).write_text(text, "utf-8")
    report = run_checks(family_of_lab("07"), "tunnel_carries_both", 7, tmp_path, isolated=True)
    on_reference, on_own = report.checks
    assert (on_reference.passed, on_own.passed) == (True, False)
    assert (on_own.points, on_own.id) == (0, "tunnel_carries_both_ways[own_chain]")
    assert report.score == report.max_score == on_reference.points


BROKEN = {
    "import socket\n\ndef five_tuple(:\n": "lab01_five_tuple.py, line 3: SyntaxError",
    "while True: pass": "is there a call at the module's top level that waits?",
    "raise SystemExit(0)": "SystemExit",
    "import nowhere_to_be_found": "No module named 'nowhere_to_be_found'",
}


@pytest.mark.parametrize(("text", "words"), BROKEN.items())
def test_a_lab_that_cannot_be_imported_is_told_why(tmp_path, text, words):
    (tmp_path / LAB.reference.name).write_text(text, "utf-8")
    report = run_checks(LAB, tree=tmp_path, isolated=True)
    assert words in report.broken
    assert {check.passed for check in report.checks} == {None}


# Which files a lab consists of.


def test_only_plain_files_of_bounded_size_are_taken(tmp_path):
    name = "lab01_five_tuple.py"
    (tmp_path / "secret").write_text("SECRET = 1")
    for make, words in (
        (lambda path: path.symlink_to(tmp_path / "secret"), b"symbolic link"),
        (os.mkfifo, b"no plain file"),
        (Path.mkdir, b"no plain file"),
        (lambda path: path.write_bytes(b"#" * (LARGEST_BYTES + 1)), b"larger than"),
    ):
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        make(folder / name)
        text = labs_for(LAB, folder).texts["lab01_five_tuple"]
        assert text.startswith(b"raise ImportError"), words
        assert words in text
        assert b"SECRET" not in text


def test_a_lab_is_not_found_in_the_reference_if_it_is_missing(tmp_path):
    labs = labs_for(LAB, tmp_path)
    assert "lab01_five_tuple" not in labs.texts | labs.compiled
    assert "lab02_accept" in labs.texts


# What crosses.


class Plain(Codec):
    """A codec without objects."""

    def pack_object(self, value, parcel):
        return ["object", type(value).__name__]

    def unpack_object(self, kind, parts, parcel):
        raise Refused(kind)

    def known(self, module, name):
        return {"Named": None, "OSError": OSError, "ValueError": ValueError}.get(name)


def crossed(value):
    going = Parcel()
    packed = Plain().pack(value, going)
    came = Parcel()
    came.data = b"".join(going.pieces)
    return Plain().unpack(packed, came)


VALUES = [
    None, True, 0, -(1 << 200), 1.5, "é", b"\x00\xff", bytearray(b"x"), (1, ("a", b"b")), [[], {}],
    {"a": (1,), b"b": None, 3: [4]}, {1, 2}, frozenset({2}),
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_plain_values_cross_as_they_are(value):
    assert crossed(value) == value
    assert type(crossed(value)) is type(value)


def test_a_subclass_crosses_as_the_plain_type():
    class Sly(int):
        def __eq__(self, other):
            return True

        __hash__ = int.__hash__

    assert type(crossed((Sly(5),))[0]) is int


def test_an_error_crosses_with_its_number_and_attributes():
    error = ValueError("text")
    error.received = 7
    again = crossed(error)
    assert (type(again), again.args, again.received) == (ValueError, ("text",), 7)
    changed = OSError(98, "in use")
    changed.strerror = "127.0.0.1 port 80: in use"
    assert str(crossed(changed)) == "[Errno 98] 127.0.0.1 port 80: in use"


FORGED = [
    {"a": 1}, [], [1], ["unknown"], ["bytes", 1], ["bytes", -1], ["bytes", True], ["bytes", "1"],
    ["dict", 1], ["set", ["list"]], ["error"], ["error", [], ["tuple"], ["dict"], ""],
    ["error", [["builtins", "SystemExit"]], 1, 2, 3], ["named", "os"],
]  # fmt: skip


@pytest.mark.parametrize("value", FORGED, ids=repr)
def test_what_is_no_value_is_refused_or_harmless(value):
    try:
        made = Plain().unpack(value, Parcel())
    except Refused:
        return
    assert type(made) in (tuple, Exception)


def test_depth_has_a_bound():
    deep = ["list"]
    for _ in range(200):
        deep = ["list", deep]
    with pytest.raises(Refused):
        Plain().unpack(deep, Parcel())


FRAMES = {
    "no JSON": (b"[" * 200_000, 0),
    "no message": (b"[]", 0),
    "more than may be sent": (b"x" * 2_000_000, 0),
    "more than": (b"{}", 9),
}


@pytest.mark.parametrize("words", FRAMES)
def test_a_frame_that_breaks_a_bound_is_refused(words):
    text, descriptors = FRAMES[words]
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.setblocking(False)
        with suppress(BlockingIOError):
            theirs.sendall(struct.pack("!IIB", len(text), 0, descriptors) + text[:200_000])
        theirs.shutdown(socket.SHUT_WR)
        with pytest.raises(Refused, match=words):
            Channel(ours, Bounds(1 << 20, 1 << 20, 1 << 21)).receive()


def test_a_connection_has_a_bound_for_its_whole_life():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        channel = Channel(ours, Bounds(100, 100, 150))
        for _ in range(2):
            Channel(theirs, Bounds(1, 1, 1)).send({"op": "x" * 80}, Parcel())
        channel.receive()
        with pytest.raises(Refused):
            channel.receive()


def test_the_end_of_the_stream_is_no_frame():
    ours, theirs = socket.socketpair()
    theirs.close()
    with ours, pytest.raises(Ended):
        Channel(ours, Bounds(1, 1, 1)).receive()


# A lab's objects, sockets and calls.

OBJECTS = """
import socket, threading
class Counter:
    step = 1
    def __init__(self, start=0):
        self.value = start
    def add(self):
        self.value += self.step
        return self
    def __len__(self):
        return self.value
def same(value):
    return value
kept = []
def connected(address):
    kept.append(socket.create_connection(address))
    return kept[-1]
def fill(sock):
    sock.sendall(b"from over there")
def in_a_thread(callback):
    thread = threading.Thread(target=callback, args=("called",))
    thread.start()
    thread.join()
def twice(callback):
    return callback(callback(1))
def fail(error):
    raise error
def leave():
    raise SystemExit(3)
def wait(seconds):
    threading.Event().wait(seconds)
"""


def test_an_object_stays_over_there_and_is_the_same_each_time(serving):
    lab = serving(OBJECTS)
    counter = lab.Counter(start=5)
    assert counter.add() is counter
    assert (counter.value, len(counter)) == (6, 6)
    counter.step = 10
    counter.add()
    assert counter.value == 16
    assert not hasattr(counter, "nothing")
    assert lab.same(counter) is counter


def test_a_socket_that_is_given_away_has_no_copy_here(serving):
    lab = serving(OBJECTS)
    near, far = socket.socketpair()
    with far:
        far.settimeout(5)
        lab.fill(near)
        assert far.recv(100) == b"from over there"
        near.settimeout(0.5)
        assert near.gettimeout() == 0.5
        near.close()
        assert far.recv(1) == b"", "no other descriptor holds the FIN back"
        assert near.fileno() == -1


def test_a_socket_that_is_returned_moves_here(serving):
    lab = serving(OBJECTS)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        sock = lab.connected(listener.getsockname())
        server, _ = listener.accept()
        with server:
            server.settimeout(5)
            assert isinstance(sock, socket.socket)
            assert sock.getpeername() == listener.getsockname()
            sock.close()
            assert server.recv(1) == b"", "no other descriptor holds the FIN back"


def test_calls_come_back_in_the_thread_that_waits_and_from_others(serving):
    lab = serving(OBJECTS)
    seen = []
    assert lab.twice(lambda number: number + 1) == 3
    lab.in_a_thread(seen.append)
    assert seen == ["called"]


def test_two_threads_call_at_the_same_time(started, background):
    lab = started(OBJECTS).load(MODULE)
    waiting = background(lab.wait, 0.5)
    begun_s = time.monotonic()
    assert lab.same(1) == 1
    assert time.monotonic() - begun_s < 0.4
    assert not waiting.is_done()
    waiting.result(5)


def test_many_calls_cross_at_once(started):
    remote = started(OBJECTS)
    counter = remote.load(MODULE).Counter()
    assert len(remote.row([(counter, "add")] * 1_000)) == 1_000
    assert counter.value == 1_000


@pytest.fixture
def background():
    from workbench.checks.background import Call

    return Call


def test_what_a_lab_raises_is_raised_here_if_it_is_an_exception(serving):
    lab = serving(OBJECTS)
    with pytest.raises(ConnectionResetError, match="gone") as caught:
        lab.fail(ConnectionResetError(104, "gone"))
    assert caught.value.errno == 104
    assert caught.value.frames[-1].endswith("in fail: raise error")
    with pytest.raises(NoException) as caught:
        lab.leave()
    assert (caught.value.kind, caught.value.text) == ("SystemExit", "3")


def test_a_call_that_does_not_return_in_time_is_told_so(serving):
    lab = serving(OBJECTS, None, 1)
    with pytest.raises(OutOfTime, match="had not returned"):
        lab.wait(60)


def test_a_process_that_ends_is_told_so(serving):
    lab = serving("import os\ndef end(status):\n    os._exit(status)\n")
    with pytest.raises(HasEnded, match="exit status 7"):
        lab.end(7)


# The process itself.

LEAVES = """
import os, signal, time
def leave_behind(sock=None):
    for _ in range(2):
        read, write = os.pipe()
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                os.write(write, b"ready")
                os.kill(os.getpid(), signal.SIGSTOP)
                time.sleep(1_000)
            os._exit(0)
        os.read(read, 5)
    return len(os.listdir("/proc")) if os.path.exists("/proc/self") else 0
"""


def test_whatever_a_lab_leaves_behind_is_ended(tier_of_record):
    """Detached, orphaned and stopped processes: each has a copy of this socket."""
    ours, theirs = socket.socketpair()
    sandbox = Sandbox(tier_of_record, lab01(LEAVES.encode()))
    with ours:
        with closing(Remote(sandbox, time.monotonic() + 10)) as remote:
            sandbox.wait_for_hello()
            remote.load(MODULE).leave_behind(theirs)
        ours.settimeout(5)
        assert ours.recv(1) == b"", "somebody still holds the other end"


PLAIN = """
import sys, time, socket
from pathlib import Path
from workbench.sandbox.lives import descendants
from workbench.sandbox.process import Sandbox
from workbench.sandbox.zygote import adopt_orphans
from workbench.sandbox.student import Remote
from workbench.sandbox.submission import Labs
from workbench.sandbox import Tier
adopt_orphans()
text = Path(sys.argv[1]).read_bytes()
sandbox = Sandbox(Tier.PLAIN, Labs({"lab01_five_tuple": text}, {}, frozenset({"lab01_five_tuple"})))
remote = Remote(sandbox, time.monotonic() + 10)
sandbox.wait_for_hello()
remote.load("labs.lab01_five_tuple").leave_behind()
some = len(descendants())
remote.close()
print(some > 2, len(descendants()))
"""


def test_a_judge_in_the_plain_tier_ends_its_orphans_too(tmp_path):
    lab = tmp_path / "lab.py"
    lab.write_text(LEAVES)
    run = subprocess.run(
        [sys.executable, "-c", PLAIN, str(lab)],
        env=os.environ | {"LABS": "lab_solutions"}, cwd=ROOT,
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert run.stdout == "True 0\n", run.stderr


def test_its_cpu_time_and_descriptors_are_counted_by_the_kernel(started):
    remote = started("""
import os, time
kept = []
time.process_time = lambda: 0.0
def spin(seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass
def leak(count):
    kept.extend(os.dup(0) for _ in range(count))
""")
    lab = remote.load(MODULE)
    before_s, before = remote.sandbox.cpu_s(), remote.count_descriptors()
    lab.spin(0.3)
    lab.leak(7)
    assert remote.sandbox.cpu_s() - before_s > 0.05
    assert remote.count_descriptors() - before == 7


def test_channels_to_threads_are_no_descriptors_of_the_lab(started, background):
    remote = started(OBJECTS)
    lab = remote.load(MODULE)
    before = remote.count_descriptors()
    background(lab.same, 1).result(5)
    lab.in_a_thread(bool)
    assert remote.count_descriptors() == before


def test_a_pair_whose_end_was_given_to_a_process_that_is_killed_is_closed_all_the_same(started):
    remote = started(OBJECTS)
    lab = remote.load(MODULE)
    with Peers() as peers:
        sock, _ = peers.pair(recorded=True)
        lab.same(sock)
        remote.sandbox.kill()


def states(pid):
    """Those of the threads of a process, as proc_pid_stat(5) has them."""
    stats = Path(f"/proc/{pid}/task").glob("*/stat")
    return {stat.read_text().rpartition(")")[2].split()[0] for stat in stats}


def test_a_channel_is_there_when_it_has_been_asked_for(started, background):
    """Else its descriptor would come later, as one more, or with a number that was just closed."""
    remote = started(OBJECTS)
    remote.load(MODULE)
    os.kill(remote.sandbox.pid, signal.SIGSTOP)
    wait_until(lambda: states(remote.sandbox.pid) == {"T"}, what="all its threads have stopped")
    asking = background(remote.expect_calls)
    with pytest.raises(NeverReturned):
        asking.result(0.2)
    os.kill(remote.sandbox.pid, signal.SIGCONT)
    asking.result(5)


def test_what_it_prints_is_kept_up_to_a_bound(started):
    remote = started("def say(words, times):\n    for _ in range(times):\n        print(words)\n")
    lab = remote.load(MODULE)
    lab.say("hello", 1)
    wait_until(lambda: remote.sandbox.printed == "hello", what="what was printed")
    with pytest.raises(BrokenPipeError):
        lab.say("x" * 65_536, 4 * PRINTED_BYTES // 65_536)
    assert len(remote.sandbox.printed) <= 10_000


def test_it_sees_no_file_of_ours_and_writes_none(started, tier_of_record):
    lab = started(
        f"""
import os
def look():
    return os.path.exists({str(ROOT)!r}), sorted(os.listdir("/"))
def write(path):
    with open(path, "w") as file:
        file.write("x")
""",
        tier_of_record,
    ).load(MODULE)
    sees, names = lab.look()
    assert sees is False
    assert not {"home", "tmp", "var", "run", "sys"} & set(names)
    for path in ("/x", "/tmp/x", "/dev/shm/x", "/box/x", "/proc/self/comm/x"):
        with pytest.raises(OSError, match="Errno"):
            lab.write(path)


def test_processes_that_judge_at_the_same_time_have_different_users():
    if os.geteuid() != 0:
        pytest.skip("only root may become another user")
    ask = "from workbench.sandbox.uids import own_uid; print(own_uid(), flush=True); input()"
    running = [
        subprocess.Popen([sys.executable, "-c", ask], cwd=ROOT, text=True,
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(3)
    ]  # fmt: skip
    try:
        uids = [process.stdout.readline() for process in running]
    finally:
        for process in running:
            process.communicate("\n", timeout=10)
    assert len(set(uids)) == 3, uids


def test_who_ends_all_of_its_own_user_ends_nobody_elses_search_for_one():
    if os.geteuid() != 0:
        pytest.skip("only root may become another user")
    uids = "from workbench.sandbox.uids import kill_all_of, own_uid; uid = own_uid(); "
    busy = uids + "print(uid, flush=True)\nwhile True: kill_all_of(uid)"
    running = subprocess.Popen(
        [sys.executable, "-c", busy], cwd=ROOT, text=True, stdout=subprocess.PIPE
    )
    try:
        taken = running.stdout.readline()
        ask = [sys.executable, "-c", uids + "print(uid)"]
        found = [subprocess.check_output(ask, cwd=ROOT, text=True) for _ in range(8)]
    finally:
        running.kill()
        running.communicate(timeout=10)
    assert not {"None\n", taken} & set(found), (taken, found)


@pytest.fixture
def public_folder():
    """One that other users can look into."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


def test_a_tier_is_found_by_trying_and_not_by_looking_for_a_program(public_folder, monkeypatch):
    """A bwrap that is there and forbidden, as where unprivileged namespaces are off."""
    forbidden = public_folder / "bwrap"
    forbidden.write_text("#!/bin/sh\necho 'setting up uid map: Permission denied' >&2\nexit 1\n")
    forbidden.chmod(0o755)
    monkeypatch.setitem(lives.ENVIRONMENT, "PATH", f"{public_folder}:{lives.ENVIRONMENT['PATH']}")
    monkeypatch.setattr(tiers, "works", tiers.works.__wrapped__)
    lives.end_zygotes()  # one that runs already would not ask
    assert not tiers.works(Tier.BWRAP)
    assert tiers.best_tier() in (Tier.UID, Tier.PLAIN)


def test_every_tier_says_what_it_holds():
    assert all(tier.holds for tier in Tier)
    assert "read this user's files" in Tier.PLAIN.cannot_hold
    assert [tier for tier in Tier if tier.is_of_record] == [Tier.BWRAP, Tier.UID]


def command(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "workbench", "check", *arguments],
        cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip


def test_the_command_checks_in_a_sandbox_and_refuses_what_it_can_not():
    run = command("01", "--isolated", "--only", "can_coexist", LABS="lab_solutions")
    assert run.returncode == 0, run.stderr
    unknown = command("01", "--tier", "bubble")
    assert unknown.returncode == 2
    assert "there is no tier 'bubble': name bwrap, uid or plain" in unknown.stderr
