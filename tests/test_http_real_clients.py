"""Lab 05's proxy between clients and origins that people really use: curl, wget, urllib, requests;
nginx from the distribution, and Python's http.server.

The proxy is a process of its own, so that its memory can be read off. BIG_MIB=1024 in the
environment sends a GiB through it.
"""

import contextlib
import hashlib
import http.server
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request

import pytest

from workbench import kernel
from workbench.families import ROOT, lab_tree

if lab_tree().name != "lab_solutions":
    pytest.skip("these are tests of the reference: LABS=lab_solutions", allow_module_level=True)

BIG_MIB = int(os.environ.get("BIG_MIB", "100"))
MEMORY_MIB = 64  # what the proxy may need at most, whatever goes through it
NGINX_HOST = "127.5.5.5"  # an address of loopback on which nobody else opens ports
PROXY = """
from labs.lab02_accept import open_listener
from labs.lab05_http_forwarding import serve_proxy_serially
listener = open_listener("127.0.0.1", 0)
print(listener.getsockname()[1], flush=True)
serve_proxy_serially(listener, timeout_s=5)
"""
NGINX = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
events {{ }}
http {{
    access_log off; gzip on; gzip_min_length 0; gzip_proxied any; gzip_types text/plain;
    types {{ text/plain txt; }} default_type application/octet-stream;
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
    server {{
        listen {host}:{port}; root {folder};
        location = /empty {{ return 204; }}
        location = /away {{ return 302 /small.txt; }}
    }}
}}
"""


def tool(name):
    """Where the program is; skips the test without it."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin")
    if not found:
        pytest.skip(f"{name} is not installed: apt-get install {name}")
    return found


def run(*command, **options):
    """What the program printed. Raises with its words if it fails."""
    done = subprocess.run(
        list(map(str, command)), capture_output=True, timeout=60, check=False, **options
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return done.stdout


@pytest.fixture(scope="module")
def proxy():
    """The proxy's process; its address as text, for curl and the like, is `proxy.url`."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROXY], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    with process:
        process.url = f"http://127.0.0.1:{int(process.stdout.readline())}"
        yield process
        process.terminate()


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    folder.chmod(0o755)
    (folder / "small.txt").write_bytes(b"0123456789" * 50)
    (folder / "blob.bin").write_bytes(os.urandom(3_000_000))
    return folder


@pytest.fixture(scope="module")
def nginx(files):
    """nginx in the foreground, on an address of its own. Yields its URL."""
    program = tool("nginx")
    with socket.create_server((NGINX_HOST, 0)) as free:
        port = free.getsockname()[1]
    conf = files / "nginx.conf"
    conf.write_text(NGINX.format(folder=files, host=NGINX_HOST, port=port))
    with subprocess.Popen(
        [program, "-p", str(files), "-c", str(conf)], stderr=subprocess.DEVNULL
    ) as process:

        def answers():
            with contextlib.suppress(ConnectionRefusedError):
                socket.create_connection((NGINX_HOST, port), 1).close()
                return True

        kernel.wait_until(answers, timeout_s=10, what="nginx")
        yield f"http://{NGINX_HOST}:{port}"
        process.terminate()


class Echo(http.server.SimpleHTTPRequestHandler):
    """Serves files, and answers a POST or PUT with its body, in chunks or not."""

    def do_POST(self):
        if self.headers["Transfer-Encoding"]:
            body = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_PUT = do_POST

    def log_message(self, *args):
        pass


class Echo11(Echo):
    """The same in HTTP/1.1: it keeps connections open and knows Expect: 100-continue."""

    protocol_version = "HTTP/1.1"


@pytest.fixture(params=[Echo, Echo11], ids=["http.server 1.0", "http.server 1.1"])
def echo(request, files):
    def handler(*args):
        return request.param(*args, directory=files)

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture
def curl(proxy):
    program = tool("curl")
    return lambda *args: run(program, "-sS", "--max-time", 20, "-x", proxy.url, *args)


def test_curl_gets_files_from_nginx(curl, nginx, files):
    blob = (files / "blob.bin").read_bytes()
    assert curl(f"{nginx}/blob.bin") == blob
    assert curl("--http1.0", f"{nginx}/blob.bin") == blob


def test_curl_gets_a_chunked_answer(curl, nginx, files):
    """nginx compresses as it goes, so it sends chunks; HTTP/1.0 gets none, and the same body."""
    small = (files / "small.txt").read_bytes()
    for version in ("--http1.1", "--http1.0"):
        head, _, _ = curl(version, "--compressed", "-i", f"{nginx}/small.txt").partition(
            b"\r\n\r\n"
        )
        assert (b"transfer-encoding: chunked" in head.lower()) == (version == "--http1.1")
        assert curl(version, "--compressed", f"{nginx}/small.txt") == small


def test_curl_asks_for_heads_ranges_and_what_has_no_body(curl, nginx, files):
    head = curl("-I", f"{nginx}/blob.bin").decode()
    assert re.search(r"^Content-Length: 3000000\r$", head, re.MULTILINE)
    blob = (files / "blob.bin").read_bytes()
    assert curl("-r", "100-199", f"{nginx}/blob.bin") == blob[100:200]
    assert curl("-o", "/dev/null", "-w", "%{http_code}", f"{nginx}/empty") == b"204"
    etag = re.search(r"^ETag: (.*)\r$", head, re.MULTILINE)[1]
    match = ("-H", f"If-None-Match: {etag}")
    assert curl(*match, "-w", "%{http_code}", f"{nginx}/blob.bin") == b"304"
    assert curl("-L", f"{nginx}/away") == (files / "small.txt").read_bytes()


def test_curl_gets_several_urls_in_one_run(curl, nginx, files):
    small = (files / "small.txt").read_bytes()
    assert curl(*[f"{nginx}/small.txt"] * 3) == small * 3


def test_curl_gets_files_and_heads_from_http_server(curl, echo, files):
    assert curl(f"{echo}/blob.bin") == (files / "blob.bin").read_bytes()
    assert b"Content-Length: 3000000" in curl("-I", f"{echo}/blob.bin")


def test_curl_posts_with_a_length_and_in_chunks(curl, echo, files):
    """In chunks, and with Expect: 100-continue, which curl adds to big bodies by itself."""
    blob = (files / "blob.bin").read_bytes()
    body = ("--data-binary", f"@{files / 'blob.bin'}")
    assert curl("-H", "Expect:", *body, f"{echo}/") == blob
    assert curl("-H", "Expect:", "-H", "Transfer-Encoding: chunked", *body, f"{echo}/") == blob
    assert curl("-T", files / "small.txt", f"{echo}/") == (files / "small.txt").read_bytes()


def test_curl_expects_100_continue(curl, echo, files):
    """Nobody waits for ever: curl sends after a second (RFC 9110 §10.1.1), the answer is whole."""
    small = files / "small.txt"
    answer = curl("-H", "Expect: 100-continue", "--data-binary", f"@{small}", f"{echo}/")
    assert answer == small.read_bytes()


def test_curl_uploads_what_nginx_refuses(curl, nginx, files):
    """nginx answers 413 and does not read on: the answer arrives all the same."""
    code = curl("-o", "/dev/null", "-w", "%{http_code}", "-T", files / "blob.bin", f"{nginx}/x")
    assert code == b"413"


def test_curl_is_told_what_went_wrong(curl, proxy):
    status = ("-o", "/dev/null", "-w", "%{http_code}")
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))  # and nobody listens
        assert curl(*status, f"http://127.0.0.1:{bound.getsockname()[1]}/") == b"502"
    assert curl(*status, "-H", "Transfer-Encoding: gzip", "http://127.0.0.1:1/") == b"400"
    assert curl(*status, "-H", "A: " + "b" * 70_000, "http://127.0.0.1:1/") == b"431"


def test_curl_notices_a_body_that_was_cut_short(proxy):
    program = tool("curl")
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def cut_short():
            with listener.accept()[0] as client:
                client.recv(65_536)
                client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nonly this")

        thread = threading.Thread(target=cut_short)
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        done = subprocess.run(
            [program, "-sS", "-x", proxy.url, url], capture_output=True, timeout=20, check=False
        )
        thread.join()
    assert done.returncode in (18, 56)  # a partial file, or a reset


def test_wget_gets_files(proxy, nginx, echo, files):
    program = tool("wget")
    through = (
        "-q",
        "-O",
        "-",
        "-t",
        1,
        "-T",
        10,
        "-e",
        "use_proxy=yes",
        "-e",
        f"http_proxy={proxy.url}",
    )
    for site in (nginx, echo):
        assert run(program, *through, f"{site}/blob.bin") == (files / "blob.bin").read_bytes()


def test_urllib_gets_posts_and_meets_errors(proxy, nginx, echo, files):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": proxy.url}))
    blob = (files / "blob.bin").read_bytes()
    for site in (nginx, echo):
        with opener.open(f"{site}/blob.bin", timeout=10) as answer:
            assert answer.read() == blob
            assert "workbook" in answer.headers["Via"]
        with pytest.raises(urllib.error.HTTPError) as met:
            opener.open(f"{site}/none", timeout=10)
        assert met.value.code == 404
        met.value.close()
    with opener.open(f"{echo}/", data=blob, timeout=10) as answer:
        assert answer.read() == blob


def test_requests_gets_posts_and_uploads_in_chunks(proxy, nginx, echo, files):
    requests = pytest.importorskip("requests", reason="requests is in requirements-dev.txt")
    blob = (files / "blob.bin").read_bytes()
    with requests.Session() as session:
        session.trust_env, session.proxies = False, {"http": proxy.url}
        for site in (nginx, echo):
            assert session.get(f"{site}/blob.bin", timeout=10).content == blob
            assert (
                session.head(f"{site}/blob.bin", timeout=10).headers["Content-Length"] == "3000000"
            )
        assert session.post(f"{echo}/", data=blob, timeout=10).content == blob
        pieces = (blob[at : at + 70_000] for at in range(0, len(blob), 70_000))
        assert session.post(f"{echo}/", data=pieces, timeout=10).content == blob
        text = session.get(f"{nginx}/small.txt", timeout=10)  # compressed, in chunks
        assert text.content == (files / "small.txt").read_bytes()


def test_a_big_file_arrives_whole_in_little_memory(proxy, nginx, files):
    """BIG_MIB of nonces, compared by SHA-256, as a download and in the proxy's peak memory."""
    program, digest = tool("curl"), hashlib.sha256()
    with open(files / "big.bin", "wb") as big:
        for number in range(BIG_MIB):
            piece = hashlib.sha256(b"%d" % number).digest() * 32_768
            digest.update(piece)
            big.write(piece)
    command = [program, "-sS", "-x", proxy.url, f"{nginx}/big.bin"]
    heard = hashlib.sha256()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as download:
        while piece := download.stdout.read(1 << 20):
            heard.update(piece)
    (files / "big.bin").unlink()
    assert (download.returncode, heard.hexdigest()) == (0, digest.hexdigest())
    with open(f"/proc/{proxy.pid}/status") as status:
        peak_kib = int(re.search(r"VmHWM:\s+(\d+)", status.read())[1])
    assert peak_kib < MEMORY_MIB * 1024
