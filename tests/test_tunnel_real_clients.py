"""Programs that people really use, through the tunnel of lab 07, to TLS origins on this machine.

For the authors, on the reference. Each also runs once with a proxy that is not there, and must
fail then: so nobody went around it.
"""

import hashlib
import http.server
import os
import random
import shutil
import socket
import subprocess
import sys
import threading
import zipfile
from contextlib import suppress
from functools import partial

import pytest

from workbench.certificate import PEM, client_context, server_context

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
LIMIT_S = 60
PICTURES = 24


def needs(program):
    return pytest.mark.skipif(
        not shutil.which(program), reason=f"no {program}: apt install {program}"
    )


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder and keeps still about it. Keeps connections open, as real servers do."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *words):
        pass

    def do_POST(self):
        """Answers with a digest of what came: only who got all of it can know."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answer = hashlib.sha256(body).hexdigest().encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


class TlsServer(http.server.ThreadingHTTPServer):
    """Shakes hands in the client's own thread: a browser opens connections that it never uses."""

    def get_request(self):
        client, address = super().get_request()
        client.settimeout(LIMIT_S)
        secure = {"server_side": True, "do_handshake_on_connect": False}
        return server_context().wrap_socket(client, **secure), address

    def shutdown_request(self, request):
        """Says goodbye in TLS, too, and waits for no answer: else a client must fear a cut."""
        with suppress(OSError, ValueError):
            request.settimeout(0)
            request.unwrap()
        super().shutdown_request(request)

    def handle_error(self, request, address):
        if not isinstance(sys.exc_info()[1], OSError):  # a client that left is none
            super().handle_error(request, address)


@pytest.fixture
def origin(tmp_path):
    """`https://localhost:PORT`, and the folder that it serves."""
    folder = tmp_path / "site"
    folder.mkdir()
    with TlsServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"https://localhost:{server.server_address[1]}", folder
        server.shutdown()
        thread.join()


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

    def run(command, stdin=b"", check=True):
        environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LC_ALL": "C"}
        environment |= {"GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, input=stdin,
            capture_output=True, timeout=LIMIT_S, check=False,
        )  # fmt: skip
        assert (done.returncode == 0) == check, done.stderr.decode()
        return done

    return run


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
    (tmp_path / "work").mkdir()
    in_work = ["git", "-C", "work", "-c", "user.name=me", "-c", "user.email=me@here"]
    (tmp_path / "work" / "file").write_bytes(numbers(1_000_000))
    run([*in_work, "init", "-q"])
    run([*in_work, "add", "file"])
    run([*in_work, "commit", "-q", "-m", "all of it"])
    run(["git", "clone", "-q", "--bare", "work", str(folder / "repository.git")])
    run(["git", "-C", str(folder / "repository.git"), "update-server-info"])

    def clone(proxy, target):
        options = ["-c", f"http.proxy=http://{proxy}", "-c", f"http.sslCAInfo={PEM}"]
        return ["git", *options, "clone", "-q", f"{base}/repository.git", target]

    run(clone(tunnels, "clone"))
    there = (tmp_path / "clone" / "file").read_bytes()
    assert there == (tmp_path / "work" / "file").read_bytes()
    run(clone(nowhere, "none"), check=False)


def test_pip_installs(origin, tunnels, nowhere, run, tmp_path):
    base, folder = origin
    place = folder / "simple" / "tiny-package"
    place.mkdir(parents=True)
    name = "tiny_package-1.0"
    with zipfile.ZipFile(place / f"{name}-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny_package.py", "answer = 42\n")
        info = f"{name}.dist-info"
        wheel.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: tiny-package\nVersion: 1.0\n"
        )
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")

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
