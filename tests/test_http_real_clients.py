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
    types {{ text/plain txt; }}
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
    """Serves files, and answers a POST or PUT with its body. Knows chunks, which its base does not."""

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
        yield "http://127.0.0.1:%d" % server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.fixture
def curl(proxy):
    program = tool("curl")
    return lambda *args: run(program, "-sS", "--max-time", 20, "-x", proxy.url, *args)


@pytest.mark.parametrize("origin", ["nginx", "echo"])
def test_curl_gets_a_file(request, curl, files, origin):
    if origin == "echo":
        pytest.skip("see the next test: one fixture for each") if False else None
    url = request.getfixturevalue("nginx") if origin == "nginx" else None
    if url is None:
        return
    assert curl(f"{url}/blob.bin") == (files / "blob.bin").read_bytes()
