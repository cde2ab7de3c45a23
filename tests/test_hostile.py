"""Labs that cheat, hang or break things: none gets a point, and none harms anything but itself.

Each file of `tests/hostile` is one way, and says what it tries. It is grafted onto the lab's
skeleton, in which no exercise is written: so whatever it scored would not be earned. It is never
run by these tests, only in a sandbox. `HOSTILE=all` runs all of them, in both tiers; without it
some of each class run in the best one.
"""

from __future__ import annotations

import ast
import json
import os
import socket
import time
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from workbench.checks.graft import graft
from workbench.checks.runner import run_checks
from workbench.families import FAMILIES, ROOT, family_of_lab
from workbench.kernel import wait_until
from workbench.sandbox import Tier, works
from workbench.sandbox.image import python_image
from workbench.sandbox.uids import COUNT, FIRST
from workbench.skeletons import skeleton_of

HERE = Path(__file__).parent / "hostile"
WAYS = sorted(HERE.glob("*/*.py"))
ALL = os.environ.get("HOSTILE") == "all"
EVERY = 1 if ALL else 5
TIERS = [Tier.BWRAP, Tier.UID] if ALL else [Tier.BWRAP]
LIMIT_S = 1.0  # for each check and each import
WITHIN_S = 20.0  # for a lab whose checks all take that long, on a busy machine
SECRET = "the-secret-of-the-one-who-marks"
SPOILED = "hostile-*"  # so the files are called that a way writes where it may not


def named(way):
    return f"{way.parent.name}-{way.stem}"


def stated(way):
    """The constants of a way, read as text: no line of it is run here."""
    constants = {}
    for node in ast.parse(way.read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            with suppress(ValueError):
                constants[node.targets[0].id] = ast.literal_eval(node.value)
    return constants


@pytest.fixture
def surroundings(tmp_path):
    """What a submission might reach: files of others, a secret, ports, and its own tree."""
    folder = tmp_path / "others"
    folder.mkdir()
    (folder / "victim.py").write_text("untouched")
    (folder / "secret.txt").write_text(SECRET)
    tree = tmp_path / "tree"
    tree.mkdir()
    name = f"workbook-{os.getpid()}-{tmp_path.name}"
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.socket(socket.AF_UNIX) as unix,
    ):
        unix.bind(f"\0{name}")
        unix.listen()
        for sock in (listener, unix):
            sock.setblocking(False)
        yield SimpleNamespace(
            folder=folder, tree=tree, listener=listener, unix=unix, name=name,
            port=listener.getsockname()[1],
        )  # fmt: skip


def plant(way, surroundings):
    """Writes the submission, and returns its family."""
    constants = stated(way)
    family = family_of_lab(constants.get("LAB", "01"))
    words = {
        "@FOLDER@": str(surroundings.folder),
        "@TREE@": str(surroundings.tree),
        "@PROJECT@": str(ROOT),
        "@PORT@": str(surroundings.port),
        "@NAME@": surroundings.name,
    }
    text = way.read_text("utf-8")
    for word, meant in words.items():
        text = text.replace(word, meant)
    lab = surroundings.tree / family.reference.name
    if not any(lab.name in path for path in (*constants.get("FILES", ()),)):
        skeleton = skeleton_of(family.reference.read_text("utf-8"))
        lab.write_text(bulky(graft(skeleton, text)), "utf-8")
    add_files(constants, surroundings, lab)
    return family


def bulky(text):
    """With what is too large for a file of this folder, put in where it is named."""
    text = text.replace("'@DEEP@'", "(" * 5_000 + ")" * 5_000)
    return text.replace("@LARGE@", "x" * 5_000_000).replace("@LONG@", "x" * 100_000)


def add_files(constants, surroundings, lab):
    for name, text in constants.get("FILES", {}).items():
        path = surroundings.tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
    for name, target in constants.get("LINKS", {}).items():
        (surroundings.tree / name).unlink(missing_ok=True)
        (surroundings.tree / name).symlink_to(target.replace("@FOLDER@", str(surroundings.folder)))
    for name in constants.get("PIPES", ()):
        lab.unlink()
        os.mkfifo(surroundings.tree / name)


def snapshot(folder):
    return {
        str(path): (path.lstat().st_mode, path.read_bytes() if path.is_file() else b"")
        for path in sorted(folder.rglob("*"))
    }


def left_behind():
    """Processes of a sandbox whose judge has ended."""
    image = str(python_image())
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            of_sandbox = image in os.readlink(f"/proc/{process.pid}/exe")
            if of_sandbox and not any(map(judges, process.parents())):
                found.append(process)
    return found


def judges(process):
    """Is it a judge, or what forks one?"""
    return any(name in " ".join(process.cmdline()) for name in ("pytest", "checks.judges"))


def left_in_the_kernel():
    """Shared memory, semaphores and queues of the users that sandboxes have."""
    uids = range(FIRST, FIRST + COUNT)
    rows = [
        dict(zip(lines[0].split(), line.split(), strict=True))
        for kind in ("shm", "sem", "msg")
        for lines in [Path(f"/proc/sysvipc/{kind}").read_text("ascii").splitlines()]
        for line in lines[1:]
    ]
    return [row for row in rows if int(row["uid"]) in uids]


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("way", WAYS[::EVERY], ids=named)
def test_a_hostile_lab_gets_nothing_and_harms_nothing(way, tier, surroundings, monkeypatch):
    if not works(tier):
        pytest.skip(f"this machine does not permit the tier {tier}")
    monkeypatch.setenv("CI_TOKEN", SECRET)
    family = plant(way, surroundings)
    before = snapshot(surroundings.tree), snapshot(surroundings.folder)
    begun_s = time.monotonic()
    report = run_checks(
        family, tree=surroundings.tree, seed=7, isolated=True, tier=tier, limit_s=LIMIT_S
    )
    assert time.monotonic() - begun_s < WITHIN_S
    assert (report.score, report.fault) == (0, "")
    assert report.max_score > 0
    must_be_printable(report)
    assert (snapshot(surroundings.tree), snapshot(surroundings.folder)) == before
    must_have_been_left_alone(surroundings)
    with suppress(TimeoutError):
        wait_until(lambda: not left_behind(), timeout_s=3, what="all to have ended")
    assert left_behind() == []
    assert left_in_the_kernel() == []


def must_be_printable(report):
    """The report has a bound, no secret, no command to a terminal, and nothing that was peeked."""
    text = json.dumps(report.as_json(), ensure_ascii=False)
    assert len(text) < 500_000
    assert SECRET not in text
    assert "BREACH" not in text  # so a way says that it got further than it may
    raw = "".join(
        part for check in report.checks
        for part in (check.expected, check.actual, check.unwritten, *check.log.values())
    ) + report.broken  # fmt: skip
    assert [c for c in raw if (ord(c) < 32 and c not in "\n\t") or 0x7F <= ord(c) < 0xA0] == []
    raw.encode("utf-8")


def must_have_been_left_alone(surroundings):
    for listener in (surroundings.listener, surroundings.unix):
        with pytest.raises(BlockingIOError):
            listener.accept()
    folders = (ROOT, ROOT / "tests", ROOT / "lab_solutions", *map(Path, ("/tmp", "/dev/shm")))
    assert [path for folder in folders for path in folder.glob(SPOILED)] == []


def test_each_class_of_hostility_is_there_and_each_way_says_what_it_tries():
    classes = {way.parent.name for way in WAYS}
    assert classes == {"hang", "flood", "exit", "fake", "peek", "reach", "rule"}
    assert len(WAYS) >= 70
    assert [way for way in WAYS if not ast.get_docstring(ast.parse(way.read_text("utf-8")))] == []
    numbers = {family.number for family in FAMILIES}
    assert {stated(way).get("LAB", "01") for way in WAYS} <= numbers
