"""A real JupyterHub with the shipped configuration: a class runs a notebook at once.

Each student logs in, gets a server, and runs every cell of a notebook; the outputs are compared
with the recorded ones. Then one of them tries to reach what belongs to another. Three students
take part, or as many as HUB_STUDENTS says: HUB_STUDENTS=20 pytest tests/test_hub.py -s
"""

import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import nbformat
import psutil
import pytest
import requests
import websocket

from workbench.families import ROOT, family_of_lab
from workbench.kernel import wait_until
from workbench.notebooks import code_cells

pytest.importorskip("jupyterhub", reason="no JupyterHub: make hub installs it")
pytest.importorskip("firstuseauthenticator", reason="no first-use login: make hub installs it")
PROXY = ROOT / ".venv/hub/node_modules/.bin/configurable-http-proxy"
TOOLS = ("bwrap", "setpriv", "prlimit", "node")
missing = [tool for tool in TOOLS if not shutil.which(tool)]
pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="the hub needs root, to give each student a uid"),
    pytest.mark.skipif(bool(missing), reason=f"missing here: {', '.join(missing)}"),
    pytest.mark.skipif(not PROXY.exists(), reason="no configurable-http-proxy: make hub"),
]

STUDENTS = int(os.environ.get("HUB_STUDENTS", "3"))
NAMES = [f"student{number}" for number in range(STUDENTS - 1)] + ["zoë.m"]
NOTEBOOK = family_of_lab("03").notebook
START_LIMIT_S, RUN_LIMIT_S = 300, 300
#: Between two messages of a kernel; less than the 30 s between the pings of its server.
LONGEST_WAIT_S = 25


class Student:
    """One browser's worth of requests: a login, a server, a kernel. Blocks, with timeouts."""

    def __init__(self, hub: str, name: str) -> None:
        self.hub, self.name = hub, name
        self.http = requests.Session()
        self.kernel = ""

    def close(self) -> None:
        self.http.close()

    def log_in(self, password: str) -> bool:
        """Tries the form of the login page; True if the hub knows us afterwards."""
        page = self.http.get(f"{self.hub}/hub/login", timeout=LONGEST_WAIT_S).text
        token = re.search(r'name="_xsrf" value="([^"]+)"', page).group(1)
        form = {"username": self.name, "password": password, "_xsrf": token}
        self.http.post(f"{self.hub}/hub/login", data=form, allow_redirects=False, timeout=60)
        return self.whoami() == self.name

    def whoami(self) -> str | None:
        return self.http.get(f"{self.hub}/hub/api/user", timeout=LONGEST_WAIT_S).json().get("name")

    def start_server(self) -> None:
        """Asks for a token and then, with it, for a server; returns when that one is ready."""
        user = f"{self.hub}/hub/api/users/{self.name}"
        xsrf = {"X-XSRFToken": self.http.cookies.get("_xsrf", path="/hub/")}
        token = self.http.post(f"{user}/tokens", json={}, headers=xsrf, timeout=60).json()["token"]
        self.http.cookies.clear()
        self.http.headers["Authorization"] = f"token {token}"
        assert self.http.post(f"{user}/server", timeout=START_LIMIT_S).status_code in (201, 202)
        with self.http.get(f"{user}/server/progress", stream=True, timeout=START_LIMIT_S) as steps:
            events = [json.loads(line[5:]) for line in steps.iter_lines() if line[:5] == b"data:"]
        assert events[-1].get("ready"), events

    def start_kernel(self) -> None:
        answer = self.http.post(
            f"{self.hub}/user/{self.name}/api/kernels", json={"path": "notebooks"}, timeout=60
        )
        self.kernel = answer.json()["id"]
        address = f"{self.hub}/user/{quote(self.name)}/api/kernels/{self.kernel}/channels"
        self.channels = websocket.create_connection(
            address.replace("http", "ws", 1), timeout=LONGEST_WAIT_S, header=dict(self.http.headers)
        )
        self.run("import os; os.chdir(os.path.expanduser('~/workbook/notebooks'))")

    def run(self, code: str) -> str:
        """Runs code in the kernel; returns what it printed. Raises RuntimeError if it raised."""
        asked = uuid.uuid4().hex
        content = {"code": code, "silent": False, "allow_stdin": False, "stop_on_error": False}
        header = {"msg_id": asked, "msg_type": "execute_request", "username": "", "session": asked,
                  "version": "5.3"}  # fmt: skip
        message = {"channel": "shell", "header": header, "parent_header": {}, "metadata": {}}
        self.channels.send(json.dumps(message | {"content": content}))
        printed = []
        while True:
            answer = json.loads(self.channels.recv())
            if answer["parent_header"].get("msg_id") != asked:
                continue
            kind, content = answer["msg_type"], answer["content"]
            if kind == "stream":
                printed.append(content["text"])
            elif kind == "error":
                raise RuntimeError("\n".join(content["traceback"]))
            elif kind == "status" and content["execution_state"] == "idle":
                return "".join(printed)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A class's folder as README.md says, with a student edition. Short, for the sockets in it."""
    folder = Path(tempfile.mkdtemp(prefix="hub"))
    folder.chmod(0o755)
    (folder / "students.txt").write_text("\n".join(NAMES) + "\n", "utf-8")
    command = [sys.executable, "-m", "workbench", "release", str(folder / "edition")]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, timeout=START_LIMIT_S)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def hub(folder, free_port):
    """The hub as README.md starts it: its address."""
    address = f"http://127.0.0.1:{free_port}"
    log = folder / "log"
    environment = os.environ | {
        "WORKBOOK_HUB": str(folder),
        "HUB_URL": address,
        "HUB_PROXY": str(PROXY),
    }
    command = [sys.executable, "-m", "jupyterhub"]
    command += ["-f", str(ROOT / "workbench/hub/jupyterhub_config.py")]
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=output, start_new_session=True
        )
    try:
        wait_until(
            lambda: "JupyterHub is now running" in log.read_text() or process.poll() is not None,
            timeout_s=START_LIMIT_S,
            what="JupyterHub to start",
        )
        assert process.poll() is None, log.read_text()
        yield address
    finally:
        process.terminate()
        process.wait(60)
    uids = {path.stat().st_uid for path in (folder / "homes").iterdir()}
    assert not processes_of(uids), "the hub has ended, and left servers behind"


@pytest.fixture(scope="module")
def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.fixture(scope="module")
def students(hub):
    """The class: all have logged in and have a server, which all asked for at once."""
    students = [Student(hub, name) for name in NAMES]

    def begin(student):
        begun = time.monotonic()
        assert student.log_in(f"first of {student.name}")
        student.start_server()
        student.start_kernel()
        return time.monotonic() - begun

    with ThreadPoolExecutor(STUDENTS) as pool:
        waits_s = list(pool.map(begin, students))
    print(
        f"\nready after: median {sorted(waits_s)[STUDENTS // 2]:.1f} s, last {max(waits_s):.1f} s"
    )
    yield students
    for student in students:
        student.channels.close()
        student.close()


def test_a_class_runs_a_notebook_at_once_and_sees_what_was_recorded(students, folder):
    cells = code_cells(nbformat.read(NOTEBOOK, as_version=4))
    compared = [c for c in cells if not {"checkpoint", "nbval-ignore-output"} & set(tags(c))]

    def lesson(student):
        begun = time.monotonic()
        seen = [student.run(cell.source) for cell in cells]
        return time.monotonic() - begun, seen

    with ThreadPoolExecutor(STUDENTS) as pool:
        results = list(pool.map(lesson, students))
    for taken_s, seen in results:
        by_cell = dict(zip(map(id, cells), seen, strict=True))
        for cell in compared:
            assert by_cell[id(cell)] == printed(cell), cell.source
        assert taken_s < RUN_LIMIT_S
    report(folder, [taken_s for taken_s, _ in results])


def tags(cell):
    return cell.metadata.get("tags", [])


def printed(cell):
    return "".join(output.get("text", "") for output in cell.outputs)


def report(folder, taken_s):
    """Memory and time of each student, for a person to read: pytest -s."""
    for name, seconds in zip(NAMES, taken_s, strict=True):
        uid = home(folder, name).stat().st_uid
        own, shared = memory_mib(processes_of({uid}))
        print(f"{name}: {seconds:.1f} s, {own} MiB ({shared} MiB with their share)")


def home(folder, name):
    return folder / "homes" / quote(name)


def processes_of(uids):
    return [p for p in psutil.process_iter(["uids"]) if p.info["uids"].real in uids]


def memory_mib(processes):
    full = [process.memory_full_info() for process in processes]
    return sum(f.uss for f in full) >> 20, sum(f.pss for f in full) >> 20


#: What each of two students runs, {nonce} and {port} filled in. One cell prints one line.
LISTEN = """
import socket, threading
listener = socket.create_server(("127.0.0.1", 0))
def answer_each():
    while True:
        client, _ = listener.accept()
        client.sendall(b"{nonce}")
        client.close()
threading.Thread(target=answer_each, daemon=True).start()
open(os.path.expanduser("~/secret"), "w").write("{nonce}")
print(listener.getsockname()[1])
"""
DIAL = """
import socket
try:
    with socket.create_connection(("127.0.0.1", {port}), timeout=2) as client:
        print(client.recv(100).decode())
except OSError as error:
    print(type(error).__name__)
"""
CAPTURE = """
packets = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
packets.bind(("lo", 0))
packets.settimeout(0.2)
"""
CAPTURED = """
seen = b""
try:
    while True:
        seen += packets.recv(65535)
except TimeoutError:
    print(seen.hex())
"""


@pytest.fixture
def two(students):
    """Two students, the second of whom has a listener, a secret file, and a nonce in both."""
    mine, other = students[0], students[-2]
    nonce = secrets.token_hex(8)
    return mine, other, nonce, int(other.run(LISTEN.format(nonce=nonce)))


def test_a_port_of_one_student_is_closed_to_another(two):
    mine, other, nonce, port = two
    assert other.run(DIAL.format(port=port)).strip() == nonce
    assert mine.run(DIAL.format(port=port)).strip() == "ConnectionRefusedError"


def test_the_hubs_own_port_is_closed_to_students(two, hub):
    port = hub.rpartition(":")[2]
    assert two[0].run(DIAL.format(port=port)).strip() == "ConnectionRefusedError"


def test_a_capture_sees_ones_own_packets_and_no_one_elses(two):
    mine, other, nonce, port = two
    for student in (mine, other):
        student.run("import socket" + CAPTURE)
    other.run(DIAL.format(port=port))
    seen = [bytes.fromhex(student.run(CAPTURED)) for student in (mine, other)]
    assert [nonce.encode() in packets for packets in seen] == [False, True]
    assert seen[0], "a capture that sees nothing at all shows nothing"


def test_files_of_one_student_and_of_the_hub_are_out_of_reach_of_another(two, folder):
    mine, other, nonce, _ = two
    read = "print(open({!r}).read())"
    assert other.run(read.format(f"/home/{other.name}/secret")).strip() == nonce
    homes = [f"/home/{other.name}", str(home(folder, other.name))]
    for path in (*(f"{home}/secret" for home in homes), folder / "state/hub.sqlite"):
        with pytest.raises(RuntimeError, match="FileNotFoundError"):
            mine.run(read.format(str(path)))
    assert mine.run("print(os.listdir('/home'))").strip() == repr([mine.name])


def test_even_outside_the_sandbox_a_home_is_its_owners_alone(two, folder):
    mine, other, nonce, _ = two
    uids = [home(folder, student.name).stat().st_uid for student in (mine, other)]
    path = home(folder, other.name) / "secret"
    for uid, status in zip(uids, (1, 0), strict=True):
        as_user = ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups", "cat", path]
        done = subprocess.run(as_user, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (status, "" if status else nonce)


def test_processes_of_one_student_are_out_of_sight_of_another(two, folder):
    mine = two[0]
    count = "import psutil; print(*{p.uids().real for p in psutil.process_iter()})"
    own = home(folder, mine.name).stat().st_uid
    assert {int(uid) for uid in mine.run(count).split()} == {0, own}  # 0: bwrap, the first process


def test_a_student_is_not_root_and_has_one_right(two):
    rights = two[0].run("print(open('/proc/self/status').read())")
    net_raw = f"{1 << 13:016x}"
    for name in ("CapPrm", "CapEff", "CapBnd"):
        assert f"{name}:\t{net_raw}" in rights
    assert "NoNewPrivs:\t1" in rights


def test_a_token_of_one_student_opens_nothing_of_another(two):
    mine, other = two[:2]
    for path, statuses in (
        (f"hub/api/users/{other.name}", (403, 404)),
        (f"user/{other.name}/api/contents", (403,)),
    ):
        for student, answers in ((mine, statuses), (other, (200,))):
            answer = student.http.get(f"{student.hub}/{path}", timeout=LONGEST_WAIT_S)
            assert answer.status_code in answers, path


def test_the_first_password_is_the_only_one_and_only_names_of_the_class_may_come(hub, students):
    for name, password, known in (
        ("student0", "first of student0", True),
        ("student0", "another one", False),
        ("stranger", "first of stranger", False),
    ):
        student = Student(hub, name)
        assert student.log_in(password) is known
        student.close()
