"""Programs that people really use, through the full proxy, to sites on this machine.

For the authors, on the reference. Each is shown to use the proxy by the proxy's own log.
"""

import asyncio
import hashlib
import io
import json
import random
import re
import shutil
import sys
import tarfile
from collections import namedtuple
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from tests.sites import (
    CHROMIUM,
    LIMIT_S,
    QUIET,
    PlainServer6,
    Quiet,
    TlsServer,
    lay_out_repository,
    lay_out_wheel,
    needs,
    run_in,
    serving,
)
from workbench.certificate import PEM, client_context
from workbench.families import lab_tree
from workbench.kernel import wait_until
from workbench.proxies import running_ours

if lab_tree().name != "lab_solutions":
    pytest.skip("these are tests of the reference: LABS=lab_solutions", allow_module_level=True)

PICTURES = 50
SECRET = "opensesame"
Site = namedtuple("Site", "folder plain secure six")


class Log:
    """The proxy's log: one JSON object for each exchange."""

    def __init__(self, proxy):
        self.proxy, self.path = proxy, proxy.folder / "stdout.log"

    def to(self, base):
        """The exchanges that were for this site: `http://host:port`."""
        lines = self.path.read_text("utf-8").splitlines()[1:]
        port = base.rpartition(":")[2]
        wanted = re.compile(rf"^\S+ (http://)?\S+:{port}(/| |$)")
        return [one for one in map(json.loads, lines) if wanted.match(one["request"])]

    def shows(self, base, count=1):
        """Waits until so many exchanges with this site are logged, and returns them."""
        wait_until(
            lambda: len(self.to(base)) >= count, timeout_s=5, what=f"{count} lines for {base}"
        )
        return self.to(base)


@contextmanager
def logging_proxy(*options):
    with running_ours("--log-format", "json", *options) as proxy:
        yield proxy.url, Log(proxy)
        assert proxy.process.poll() is None, proxy.said()
        assert (proxy.folder / "stderr.log").read_text() == ""


@pytest.fixture(scope="module")
def proxied():
    """The proxy's URL, and its log."""
    with logging_proxy() as both:
        yield both


@pytest.fixture
def site(tmp_path):
    """One folder, over HTTP, over HTTPS, and over HTTP at an address of IPv6."""
    folder = tmp_path / "site"
    folder.mkdir()
    with (
        serving(folder) as plain,
        serving(folder, TlsServer) as secure,
        serving(folder, PlainServer6, "::1") as six,
    ):
        yield Site(
            folder,
            f"http://127.0.0.1:{plain}",
            f"https://localhost:{secure}",
            f"http://[::1]:{six}",
        )


@pytest.fixture
def run(tmp_path):
    return partial(run_in, tmp_path)


@pytest.fixture
def curl(run, proxied):
    url, _ = proxied
    common = ["curl", "-sS", "--cacert", PEM, "--noproxy", "", "--max-time", LIMIT_S, "-x", url]
    return lambda *words, **options: run([*common, *words], **options).stdout


@pytest.fixture
def content(site):
    """What /file has on each of the sites."""
    data = random.randbytes(1_000_000)
    (site.folder / "file").write_bytes(data)
    return data


def digest(data):
    return hashlib.sha256(data).hexdigest()


# Command-line programs.


@needs("curl")
def test_curl_gets_several_pages_on_one_connection(curl, site, content, proxied):
    assert curl(*[f"{site.plain}/file"] * 5) == content * 5
    lines = proxied[1].shows(site.plain, 5)
    assert len({line["client"] for line in lines}) == 1
    assert len({line["origin"] for line in lines}) == 1


@needs("curl")
def test_curl_visits_two_sites_on_one_connection(curl, site, content, proxied):
    assert curl(f"{site.plain}/file", f"{site.six}/file", f"{site.plain}/file") == content * 3
    lines = proxied[1].shows(site.plain, 2) + proxied[1].shows(site.six)
    assert len({line["client"] for line in lines}) == 1
    assert len({line["origin"] for line in lines}) == 2


@needs("curl")
def test_curl_tunnels_to_https(curl, site, content, proxied):
    assert curl(f"{site.secure}/file") == content
    assert proxied[1].shows(site.secure)[0]["request"].startswith("CONNECT localhost:")


@needs("curl")
def test_curl_uploads_and_expects_100(curl, site, content, proxied):
    body = ("-H", "Expect: 100-continue", "--data-binary", "@-", f"{site.plain}/post")
    assert curl(*body, stdin=content).decode() == digest(content)
    assert proxied[1].shows(site.plain)[0]["received_bytes"] == len(content)


@needs("curl")
def test_curl_speaks_old_http(curl, site, content, proxied):
    assert curl("--http1.0", f"{site.plain}/file") == content
    assert proxied[1].shows(site.plain)[0]["request"].endswith("HTTP/1.0")


@needs("curl")
def test_curl_goes_on_where_it_was(curl, site, content, proxied, tmp_path):
    class Ranges(Quiet):
        def do_GET(self):
            start = int(re.fullmatch(r"bytes=(\d+)-", self.headers["Range"])[1])
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            self.wfile.write(content[start:])

    with serving(site.folder, handler=Ranges) as port:
        (tmp_path / "got").write_bytes(content[:400_000])
        curl("-C", "-", "-o", "got", f"http://127.0.0.1:{port}/file")
        assert proxied[1].shows(f"http://127.0.0.1:{port}")
    assert (tmp_path / "got").read_bytes() == content


@needs("curl")
def test_curl_must_know_the_password(run, site, content):
    with logging_proxy("--auth", f"me:{SECRET}") as (url, log):
        common = ["curl", "-sS", "--noproxy", "", "--cacert", PEM, "-x", url]
        status = ["-o", "/dev/null", "-w", "%{http_code} %{http_connect}"]
        for base in (site.plain, site.secure):
            run([*common, "--proxy-user", "me:wrong", "-f", f"{base}/file"], check=False)
            got = run([*common, "--proxy-user", f"me:{SECRET}", f"{base}/file"])
            assert got.stdout == content
            assert log.shows(base)
        assert run([*common, *status, f"{site.plain}/file"]).stdout == b"407 000"
        refused = run([*common, *status, f"{site.secure}/file"], check=False)
        assert refused.stdout == b"000 407"
        assert SECRET not in log.proxy.said()


@needs("wget")
def test_wget_gets_several_pages(run, site, content, proxied, tmp_path):
    url, log = proxied
    options = ["-q", "-t", "1", "--ca-certificate", PEM, "-e", "use_proxy=yes"]
    options += ["-e", f"http_proxy={url}", "-e", f"https_proxy={url}", "-e", "no_proxy="]
    for name in "abc":
        (site.folder / name).write_bytes(content + name.encode())
    pages = [f"{base}/{name}" for base in (site.plain, site.secure) for name in "abc"]
    run(["wget", *options, "-x", "-nH", "--cut-dirs=0", "-P", "got", *pages])
    for name in "abc":
        assert (tmp_path / "got" / name).read_bytes() == content + name.encode()
    assert len({line["client"] for line in log.shows(site.plain, 3)}) == 1
    assert log.shows(site.secure)


@needs("git")
def test_git_clones_over_http_and_https(run, site, proxied, tmp_path):
    content = random.randbytes(1_000_000)
    lay_out_repository(run, tmp_path / "work", site.folder, content)
    url, log = proxied
    options = ["-c", f"http.proxy={url}", "-c", f"http.sslCAInfo={PEM}"]
    for base, target in ((site.plain, "over-http"), (site.secure, "over-https")):
        run(["git", *options, "clone", "-q", f"{base}/repository.git", target], no_proxy="")
        assert (tmp_path / target / "file").read_bytes() == content
        assert log.shows(base)


def test_pip_installs(run, site, proxied, tmp_path):
    lay_out_wheel(site.folder)
    url, log = proxied
    options = ["--isolated", "--no-cache-dir", "--disable-pip-version-check", "-q"]
    options += ["--proxy", url, "--retries", "0"]
    where = ["--index-url", f"{site.plain}/simple/", "--target", "got"]
    run([sys.executable, "-m", "pip", *options, "install", *where, "tiny-package"])
    assert (tmp_path / "got" / "tiny_package.py").read_text() == "answer = 42\n"
    assert len(log.shows(site.plain, 2)) >= 2


def lay_out_package(run, tmp_path, folder):
    """A flat repository for apt, with the package tiny 1.0."""
    control = tmp_path / "tiny" / "DEBIAN" / "control"
    control.parent.mkdir(parents=True)
    about = "Package: tiny\nVersion: 1.0\nArchitecture: all\nMaintainer: me <me@here>\n"
    control.write_text(f"{about}Description: tiny\n")
    run(["dpkg-deb", "--build", "--root-owner-group", "tiny", folder / "tiny_1.0_all.deb"])
    data = (folder / "tiny_1.0_all.deb").read_bytes()
    where = f"Filename: ./tiny_1.0_all.deb\nSize: {len(data)}\nSHA256: {digest(data)}\n"
    (folder / "Packages").write_text(f"{about}{where}Description: tiny\n")
    return data


@needs("apt-get")
@needs("dpkg-deb")
def test_apt_updates_and_downloads(run, site, proxied, tmp_path):
    data = lay_out_package(run, tmp_path, site.folder)
    url, log = proxied
    for folder in ("state/lists/partial", "cache/archives/partial", "etc/preferences.d"):
        (tmp_path / "apt" / folder).mkdir(parents=True)
    (tmp_path / "apt" / "sources").write_text(f"deb [trusted=yes] {site.plain} ./\n")
    (tmp_path / "apt" / "status").write_text("")
    root = tmp_path / "apt"
    settings = {
        "Dir::State": root / "state", "Dir::State::status": root / "status",
        "Dir::Cache": root / "cache", "Dir::Etc": root / "etc",
        "Dir::Etc::sourcelist": root / "sources", "Dir::Etc::sourceparts": "/dev/null",
        "Acquire::http::Proxy": url, "APT::Sandbox::User": "", "Acquire::Retries": 0,
        "Acquire::Languages": "none",
    }  # fmt: skip
    options = [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]
    run(["apt-get", *options, "-q", "update"], APT_CONFIG="/dev/null")
    run(["apt-get", *options, "-q", "download", "tiny"], APT_CONFIG="/dev/null")
    assert (tmp_path / "tiny_1.0_all.deb").read_bytes() == data
    wait_until(
        lambda: any("/tiny_1.0_all.deb " in line["request"] for line in log.to(site.plain)),
        timeout_s=5,
        what="a line for the package",
    )


def lay_out_module(folder, base):
    """A registry for npm, with tiny 1.0.0, whose answer is 42."""
    packed = io.BytesIO()
    files = {"package.json": json.dumps({"name": "tiny", "version": "1.0.0", "main": "tiny.js"})}
    files["tiny.js"] = "module.exports = 42\n"
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, text in files.items():
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    (folder / "tiny.tgz").write_bytes(packed.getvalue())
    sum_ = hashlib.sha1(packed.getvalue()).hexdigest()
    version = {"name": "tiny", "version": "1.0.0", "main": "tiny.js"}
    version["dist"] = {"tarball": f"{base}/tiny.tgz", "shasum": sum_}
    about = {"name": "tiny", "dist-tags": {"latest": "1.0.0"}, "versions": {"1.0.0": version}}
    (folder / "tiny").write_text(json.dumps(about))


@needs("npm")
def test_npm_installs(run, site, proxied, tmp_path):
    lay_out_module(site.folder, site.plain)
    url, log = proxied
    options = ["--registry", site.plain, "--proxy", url, "--no-audit", "--no-fund"]
    options += ["--no-update-notifier", "--fetch-retries", "0", "--cache", tmp_path / "cache"]
    run(["npm", "install", *options, "tiny"], no_proxy="")
    assert run(["node", "-p", "require('tiny')"]).stdout == b"42\n"
    assert {line["request"].split()[1].rpartition("/")[2] for line in log.shows(site.plain, 2)} == {
        "tiny",
        "tiny.tgz",
    }


# Libraries.

NODE = """
const npm = require("module").createRequire(process.env.NPM);
const http = require("http"), https = require("https"), crypto = require("crypto");
const { HttpProxyAgent } = npm("http-proxy-agent"), { HttpsProxyAgent } = npm("https-proxy-agent");
const [plain, secure] = process.argv.slice(1), { PROXY } = process.env;
function get(library, url, agent) {
    return new Promise((resolve, reject) => library.get(url, { agent }, answer => {
        const hash = crypto.createHash("sha256");
        answer.on("data", data => hash.update(data)).on("end", () => resolve(hash.digest("hex")));
    }).on("error", reject));
}
(async () => {
    console.log(await get(http, plain, new HttpProxyAgent(PROXY)));
    console.log(await get(https, secure, new HttpsProxyAgent(PROXY)));
    const { ProxyAgent, request } = npm("undici");
    const dispatcher = new ProxyAgent({ uri: PROXY });
    const { body } = await request(plain, { dispatcher });
    const hash = crypto.createHash("sha256");
    for await (const data of body) hash.update(data);
    console.log(hash.digest("hex"));
    await dispatcher.close();
})();
"""


@needs("npm")
def test_nodes_agents_fetch(run, site, content, proxied):
    """http-proxy-agent, https-proxy-agent and undici: those that npm brings with it."""
    url, log = proxied
    npm = Path(shutil.which("npm")).resolve()
    variables = {"NPM": str(npm), "PROXY": url, "NODE_EXTRA_CA_CERTS": str(PEM)}
    words = ["node", "-e", NODE, f"{site.plain}/file", f"{site.secure}/file"]
    assert run(words, **variables).stdout.decode().split() == [digest(content)] * 3
    methods = {line["request"].split()[0] for line in log.shows(site.plain, 2)}
    assert methods == {"GET", "CONNECT"}  # undici tunnels even to http
    assert log.shows(site.secure)


def test_requests_gets_and_posts(site, content, proxied):
    requests = pytest.importorskip("requests", reason="requests is in requirements-dev.txt")
    url, log = proxied
    with requests.Session() as session:
        session.trust_env, session.verify = False, str(PEM)
        session.proxies = {"http": url, "https": url}
        for base in (site.plain, site.secure, site.six):
            assert session.get(f"{base}/file", timeout=LIMIT_S).content == content
            posted = session.post(f"{base}/post", data=content, timeout=LIMIT_S)
            assert posted.text == digest(content)
    assert all(log.shows(base) for base in (site.plain, site.secure, site.six))


def test_httpx_gets_and_posts(site, content, proxied):
    """Not at an address of IPv6: httpx 0.28 asks a proxy for http://::1:80/ then, which is none."""
    httpx = pytest.importorskip("httpx", reason="httpx is in requirements-dev.txt")
    url, log = proxied
    with httpx.Client(proxy=url, verify=client_context(), trust_env=False) as client:
        for base in (site.plain, site.secure):
            for _ in range(2):
                assert client.get(f"{base}/file", timeout=LIMIT_S).content == content
            assert client.post(f"{base}/post", content=content).text == digest(content)
    assert log.shows(site.secure)
    assert len({line["client"] for line in log.shows(site.plain, 3)}) == 1


def test_aiohttp_gets_many_at_once(site, content, proxied):
    aiohttp = pytest.importorskip("aiohttp", reason="aiohttp is in requirements-dev.txt")
    url, log = proxied

    async def get(session, page):
        async with session.get(page, proxy=url, ssl=client_context()) as answer:
            return await answer.read()

    async def get_all():
        async with aiohttp.ClientSession() as session:
            pages = [f"{base}/file" for base in (site.plain, site.secure)] * 10
            return await asyncio.gather(*(get(session, page) for page in pages))

    assert asyncio.run(get_all()) == [content] * 20
    assert len(log.shows(site.plain, 10)) == 10
    assert log.shows(site.secure)


def test_websockets_talk_through_a_tunnel(proxied):
    websockets = pytest.importorskip("websockets", reason="websockets is in requirements-dev.txt")
    url, log = proxied
    said = [random.randbytes(size) for size in (1, 1000, 500_000)]

    async def echo(connection):
        async for message in connection:
            await connection.send(message)

    async def talk():
        async with websockets.serve(echo, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            address = f"ws://127.0.0.1:{port}"
            async with websockets.connect(address, proxy=url) as connection:
                for message in said:
                    await connection.send(message)
                return port, [await connection.recv() for _ in said]

    port, heard = asyncio.run(talk())
    assert heard == said
    assert log.shows(f"ws://127.0.0.1:{port}")[0]["request"].startswith("CONNECT")


# A browser.

PAGE = "<!doctype html><title>{count} pictures</title><p id=words>{words}</p>{pictures}"


@pytest.mark.skipif(not CHROMIUM, reason="no chromium: apt install chromium")
def test_chromium_shows_fifty_pictures_over_fewer_connections(site, proxied):
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright: make test")
    url, log = proxied
    pictures = "".join(f"<img src=/{n}.svg>" for n in range(PICTURES))
    page = PAGE.format(count=PICTURES, words="all is well", pictures=pictures)
    (site.folder / "index.html").write_text(page)
    for n in range(PICTURES):
        svg = f"<svg xmlns='http://www.w3.org/2000/svg' width='{n + 1}' height='9'>"
        (site.folder / f"{n}.svg").write_text(f"{svg}<!--{'x' * 20_000}--></svg>")
    options = [f"--proxy-server={url}", "--proxy-bypass-list=<-loopback>"]
    options += ["--ignore-certificate-errors", *QUIET]
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=options)
        try:
            tab = browser.new_page()
            for base in (site.plain, site.secure):
                tab.goto(base, timeout=LIMIT_S * 1000, wait_until="load")
                widths = tab.evaluate("[...document.images].map(image => image.naturalWidth)")
                assert widths == list(range(1, PICTURES + 1))
        finally:
            browser.close()
    lines = log.shows(site.plain, PICTURES + 1)
    for side in ("client", "origin"):  # a browser opens 6 at once, and now and then another one
        assert len({line[side] for line in lines}) < PICTURES / 4
    assert log.shows(site.secure)
