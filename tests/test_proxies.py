"""Proxies and origins that are started for tests and benchmarks: they serve, and leave nothing."""

import socket
import tempfile
import urllib.request
from pathlib import Path

import psutil
import pytest

from workbench import proxies
from workbench.families import lab_tree

if lab_tree().name != "lab_solutions":
    pytest.skip("these are tests of the reference: LABS=lab_solutions", allow_module_level=True)


@pytest.fixture(scope="module")
def site():
    """The URL of a page that nginx serves."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)  # nginx's worker is another user
        Path(name, "page").write_text("all is well")
        try:
            with proxies.running_nginx(Path(name)) as nginx:
                yield f"{nginx.url}/page"
        except proxies.NotInstalled as missing:
            pytest.skip(str(missing))


def fetched(url, proxy):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": proxy}))
    with opener.open(url, timeout=10) as answer:
        return answer.read()


@pytest.mark.parametrize("name", proxies.PROXIES)
def test_a_proxy_serves_and_leaves_nothing(name, site):
    try:
        with proxies.PROXIES[name]() as proxy:
            pids, folder = proxy.pids, proxy.folder
            assert fetched(site, proxy.url) == b"all is well"
            assert proxy.said()
    except proxies.NotInstalled as missing:
        pytest.skip(str(missing))
    assert not any(map(psutil.pid_exists, pids))
    assert not folder.exists()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(proxy.address, 1).close()


def test_what_does_not_come_up_says_why():
    with (
        pytest.raises(RuntimeError, match="unrecognized arguments: --no-such-option"),
        proxies.running_ours("--no-such-option"),
    ):
        pass


def test_what_is_not_there_says_how_to_get_it():
    with pytest.raises(proxies.NotInstalled, match="apt-get install no-such-proxy"):
        proxies.program("no-such-proxy")


def test_a_free_port_can_be_had():
    with socket.create_server((proxies.HOST, proxies.free_port())):
        pass
