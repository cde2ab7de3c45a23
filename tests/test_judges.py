"""The processes in which checks run, forked from one that has loaded pytest already."""

import os
import signal
import tempfile

import pytest

from workbench.checks import judges
from workbench.checks.judges import Forked, Started

OPTIONS = ("-qs", "-c", "pyproject.toml", "-p", "no:cacheprovider")
KEPT = {"PATH": os.environ["PATH"], "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


@pytest.fixture(autouse=True)
def no_server_of_another_test():
    judges.end_server()
    yield
    judges.end_server()


@pytest.fixture
def judged(tmp_path):
    """`judged(kind, "def test_it(): …")` gives the exit status and what was printed."""

    def judge(kind, text, during=id, **environment):
        (tmp_path / "test_it.py").write_text(text)
        arguments = [str(tmp_path / "test_it.py"), *OPTIONS]
        events, theirs = os.pipe()
        with tempfile.TemporaryFile() as output, open(events), open(theirs, "w"):
            one = kind(arguments, KEPT | environment, theirs, output.fileno())
            try:
                during(one)
                status = one.wait()
            finally:
                one.kill()
            output.seek(0)
            return status, output.read().decode()

    return judge


TELLS = "import os\ndef test_it():\n    print(sorted(os.environ), os.getsid(0) == os.getpid())\n"


@pytest.mark.parametrize("kind", [Started, Forked])
def test_a_judge_has_the_environment_of_its_run_alone_and_leads_a_session(
    judged, kind, monkeypatch
):
    monkeypatch.setenv("TOKEN", "of the one who started the server")
    _, first = judged(kind, TELLS, RUN="1")
    assert "'RUN'" in first
    assert "TOKEN" not in first
    assert "] True" in first
    _, second = judged(kind, TELLS)
    assert "'RUN'" not in second


@pytest.mark.parametrize("kind", [Started, Forked])
def test_a_judge_tells_how_it_ended(judged, kind):
    assert judged(kind, "def test_it(): pass")[0] == 0
    assert judged(kind, "def test_it(): assert 0")[0] == 1
    assert judged(kind, "import os\ndef test_it(): os.kill(os.getpid(), 15)")[0] == -signal.SIGTERM


@pytest.mark.parametrize("kind", [Started, Forked])
def test_a_judge_that_hangs_can_be_killed_and_the_next_one_runs(judged, kind):
    def kill(judge):
        judge.kill()

    assert judged(kind, "import time\ndef test_it(): time.sleep(60)", kill)[0] == -signal.SIGKILL
    assert judged(kind, "def test_it(): pass")[0] == 0


def test_a_server_that_dies_costs_one_judge_and_the_next_one_gets_a_new_server(judged):
    def kill_server(judge):
        os.kill(judges._servers[os.getpid()]._popen.pid, signal.SIGKILL)

    status, _ = judged(Forked, "import time\ndef test_it(): time.sleep(0.1)", kill_server)
    assert status == -signal.SIGKILL
    assert judged(Forked, "def test_it(): pass")[0] == 0


def test_one_server_serves_one_judge_after_the_other(judged):
    tells = "import os\ndef test_it(): print('server', os.getppid())"
    servers = {judged(Forked, tells)[1].partition("server ")[2].split()[0] for _ in range(3)}
    assert len(servers) == 1
