"""Programs that people really use, through the tunnel of lab 07, to TLS origins on this machine.

For the authors, on the reference. Each also runs once with a proxy that is not there, and must
fail then: so nobody went around it.
"""

import hashlib
import random
import socket
import sys
from functools import partial

import pytest

from tests.sites import (
    CHROMIUM,
    LIMIT_S,
    QUIET,
    TlsServer,
    lay_out_repository,
    lay_out_wheel,
    needs,
    run_in,
    serving,
)
from workbench.certificate import PEM, client_context

PICTURES = 24


@pytest.fixture
def origin(tmp_path):
    """`https://localhost:PORT`, and the folder that it serves."""
    folder = tmp_path / "site"
    folder.mkdir()
    with serving(folder, TlsServer) as port:
        yield f"https://localhost:{port}", folder


@pytest.fixture(scope="module")
def tunnels(running):
    """`127.0.0.1:PORT` of a proxy that runs."""
    with running("-m", "labs.lab07_connect_tunnel") as (_, (host, port)):
        yield f"{host}:{port}"


@pytest.fixture(scope="module")
def nowhere():
    """`127.0.0.1:PORT` of a proxy that is not there."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        yield "127.0.0.1:{1}".format(*nobody.getsockname())


@pytest.fixture
def run(tmp_path):
    """`run(command)` runs a program that knows no configuration and no proxy but its arguments."""
    return partial(run_in, tmp_path)


def numbers(count):
    """So many bytes that no one can guess or compress."""
    return random.randbytes(count)


@needs("curl")
def test_curl_gets_and_posts(origin, tunnels, nowhere, run):
    base, folder = origin
    content = numbers(20_000_000)
    (folder / "big").write_bytes(content)

    def curl(proxy, *what):
        return [
            "curl",
            "-sS",
            "--cacert",
            str(PEM),
            "--noproxy",
            "",
            "-x",
            f"http://{proxy}",
            *what,
        ]

    assert run(curl(tunnels, f"{base}/big")).stdout == content
    sent = run(curl(tunnels, "--data-binary", "@-", f"{base}/post"), stdin=content)
    assert sent.stdout.decode() == hashlib.sha256(content).hexdigest()
    run(curl(nowhere, f"{base}/big"), check=False)


@needs("curl")
def test_curl_tunnels_many_at_once(origin, tunnels, run):
    base, folder = origin
    for name in range(20):
        (folder / str(name)).write_bytes(numbers(300_000))
    command = ["curl", "-sS", "--cacert", str(PEM), "--noproxy", "", "-x", f"http://{tunnels}"]
    command += ["--parallel", "--parallel-immediate", "--parallel-max", "20"]
    run([*command, f"{base}/[0-19]", "-o", "got-#1"])
    for name in range(20):
        assert (folder.parent / f"got-{name}").read_bytes() == (folder / str(name)).read_bytes()


@needs("git")
def test_git_clones(origin, tunnels, nowhere, run, tmp_path):
    base, folder = origin
    content = numbers(1_000_000)
    lay_out_repository(run, tmp_path / "work", folder, content)

    def clone(proxy, target):
        options = ["-c", f"http.proxy=http://{proxy}", "-c", f"http.sslCAInfo={PEM}"]
        return ["git", *options, "clone", "-q", f"{base}/repository.git", target]

    run(clone(tunnels, "clone"))
    assert (tmp_path / "clone" / "file").read_bytes() == content
    run(clone(nowhere, "none"), check=False)


def test_pip_installs(origin, tunnels, nowhere, run, tmp_path):
    base, folder = origin
    lay_out_wheel(folder)

    def pip(proxy, target):
        options = ["--isolated", "--no-cache-dir", "--disable-pip-version-check", "-q"]
        options += ["--proxy", f"http://{proxy}", "--cert", str(PEM), "--retries", "0"]
        where = ["--index-url", f"{base}/simple/", "--target", target]
        return [sys.executable, "-m", "pip", *options, "install", *where, "tiny-package"]

    run(pip(tunnels, "installed"))
    assert (tmp_path / "installed" / "tiny_package.py").read_text() == "answer = 42\n"
    run(pip(nowhere, "none"), check=False)


@needs("openssl")
def test_openssl_s_client_talks(origin, tunnels, nowhere, run):
    base, folder = origin
    (folder / "page").write_text("the page")
    host = base.removeprefix("https://")

    def s_client(proxy):
        checks = ["-CAfile", str(PEM), "-verify_return_error", "-servername", "localhost"]
        return ["openssl", "s_client", "-proxy", proxy, "-connect", host, "-quiet", *checks]

    request = b"GET /page HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    answer = run(s_client(tunnels), stdin=request).stdout
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b"\r\n\r\nthe page")
    run(s_client(nowhere), stdin=request, check=False)


PAGE = """<!doctype html><title>through the tunnel</title>
<p id=words>nothing yet</p>
<script>fetch("/words.txt").then(r => r.text()).then(t => words.textContent = t)</script>
"""


@pytest.mark.skipif(not CHROMIUM, reason="no chromium: apt install chromium")
def test_chromium_shows_a_page_with_all_its_pictures(origin, tunnels, nowhere):
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright: make test")
    base, folder = origin
    pictures = "".join(f"<img src=/{n}.svg>" for n in range(PICTURES))
    (folder / "index.html").write_text(PAGE + pictures)
    (folder / "words.txt").write_text("all is well")
    for n in range(PICTURES):
        svg = f"<svg xmlns='http://www.w3.org/2000/svg' width='{n + 1}' height='9'>"
        (folder / f"{n}.svg").write_text(f"{svg}<!--{'x' * 50_000}--></svg>")
    with playwright.sync_playwright() as driver:
        for proxy in (tunnels, nowhere):
            options = [f"--proxy-server=http://{proxy}", "--proxy-bypass-list=<-loopback>"]
            options += ["--ignore-certificate-errors", *QUIET]
            browser = driver.chromium.launch(executable_path=CHROMIUM, args=options)
            try:
                page = browser.new_page()
                if proxy == nowhere:
                    with pytest.raises(playwright.Error, match="ERR_PROXY_CONNECTION_FAILED"):
                        page.goto(base, timeout=LIMIT_S * 1000)
                    continue
                page.goto(base, timeout=LIMIT_S * 1000, wait_until="load")
                page.wait_for_function("words.textContent == 'all is well'")
                widths = page.evaluate("[...document.images].map(image => image.naturalWidth)")
                assert widths == list(range(1, PICTURES + 1))
            finally:
                browser.close()


def test_tls_of_pythons_own_comes_to_its_end(origin, tunnels):
    """Whole, with its close_notify: a tunnel that drops an end makes this hang."""
    base, folder = origin
    (folder / "page").write_text("x" * 1_000_000)
    host, _, port = tunnels.rpartition(":")
    target = base.removeprefix("https://").encode()
    with socket.create_connection((host, int(port)), LIMIT_S) as client:
        client.sendall(b"CONNECT %b HTTP/1.1\r\nHost: %b\r\n\r\n" % (target, target))
        answer = b"HTTP/1.1 200 Connection established\r\n\r\n"
        assert client.recv(len(answer)) == answer
        with client_context().wrap_socket(client, server_hostname="localhost") as tls:
            tls.sendall(b"GET /page HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            answer = b"".join(iter(lambda: tls.recv(65_536), b""))
    assert answer.endswith(b"x" * 1_000_000)
