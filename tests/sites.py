"""What programs that people really use visit in tests, over HTTP or HTTPS, and how they run.

Knows no proxy.
"""

import hashlib
import http.server
import os
import shutil
import socket
import subprocess
import sys
import threading
import zipfile
from contextlib import contextmanager, suppress
from functools import partial

import pytest

from workbench.certificate import server_context

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
LIMIT_S = 60


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


class PlainServer(http.server.ThreadingHTTPServer):
    handle_error = TlsServer.handle_error


class PlainServer6(PlainServer):
    address_family = socket.AF_INET6


@contextmanager
def serving(folder, server=PlainServer, host="127.0.0.1", handler=Quiet):
    """Serves `folder` while the block runs; yields the port."""
    with server((host, 0), partial(handler, directory=folder)) as site:
        thread = threading.Thread(target=site.serve_forever, args=(0.05,))
        thread.start()
        yield site.server_address[1]
        site.shutdown()
        thread.join()


def run_in(folder, command, stdin=b"", check=True, **variables):
    """Runs a program that knows no configuration and no proxy but by its words and `variables`."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C"}
    environment |= {"GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"} | variables
    done = subprocess.run(
        list(map(str, command)), cwd=folder, env=environment, input=stdin,
        capture_output=True, timeout=LIMIT_S, check=False,
    )  # fmt: skip
    assert (done.returncode == 0) == check, done.stderr.decode()
    return done


def lay_out_wheel(site):
    """An index for pip in the folder `site`, with tiny-package 1.0: its `answer` is 42."""
    place = site / "simple" / "tiny-package"
    place.mkdir(parents=True)
    name = "tiny_package-1.0"
    info = f"{name}.dist-info"
    metadata = "Metadata-Version: 2.1\nName: tiny-package\nVersion: 1.0\n"
    about = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    with zipfile.ZipFile(place / f"{name}-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny_package.py", "answer = 42\n")
        wheel.writestr(f"{info}/METADATA", metadata)
        wheel.writestr(f"{info}/WHEEL", about)
        wheel.writestr(f"{info}/RECORD", "")


def lay_out_repository(run, work, site, content):
    """A repository.git in the folder `site`, with `content` in the file `file`."""
    work.mkdir()
    in_work = ["git", "-C", work, "-c", "user.name=me", "-c", "user.email=me@here"]
    (work / "file").write_bytes(content)
    run([*in_work, "init", "-q"])
    run([*in_work, "add", "file"])
    run([*in_work, "commit", "-q", "-m", "all of it"])
    run(["git", "clone", "-q", "--bare", work, site / "repository.git"])
    run(["git", "-C", site / "repository.git", "update-server-info"])
