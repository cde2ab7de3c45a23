"""A spawner that seals each student's server: its own user id, files, processes and network.

The server listens on a Unix socket and reaches the hub through another one, so a student's
network namespace holds nothing but a loopback of its own. Knows no lab and no notebook.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from jupyterhub.objects import Server
from jupyterhub.spawner import LocalProcessSpawner
from traitlets import Integer, Unicode

#: What of the machine a student sees, read-only. Not /etc as a whole, and no other home.
SEEN = (
    "/usr",
    "/bin",
    "/lib",
    "/lib64",
    "/sbin",
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/hosts",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/mime.types",
    "/etc/ssl/certs",
)
#: The server's socket, as the student's own mount namespace names it.
SOCKET_INSIDE = "/run/server/socket"
LONGEST_SOCKET_PATH = 107  # sun_path of Linux, without the zero at its end
TMP_LIMIT_BYTES = 256 * 1024 * 1024


def socket_url(path: Path) -> str:
    """The address of a Unix socket as JupyterHub and its proxy write it.

    Raises ValueError for a path that they could not find again.
    """
    if str(path) != str(path).lower():  # the path stands where a host does, and loses its case
        raise ValueError(f"{path}: a folder of the hub must be named in lower-case letters")
    if len(os.fsencode(path)) > LONGEST_SOCKET_PATH:
        raise ValueError(f"{path}: too long for a Unix socket, {LONGEST_SOCKET_PATH} bytes at most")
    return f"http+unix://{quote(str(path), safe='')}"


class SealedSpawner(LocalProcessSpawner):
    """Starts each student's server as a user of its own, in namespaces of its own.

    Needs a hub that runs as root, and setpriv(1), prlimit(1) and bwrap(1). The students need no
    accounts on the machine. A server ends with the hub; the student's files stay.
    """

    homes = Unicode(help="The folder that holds a home for each student.").tag(config=True)
    sockets = Unicode(help="A folder for the servers' sockets; keep its path short.").tag(
        config=True
    )
    hub_socket = Unicode(help="The hub's own socket, the only way out.").tag(config=True)
    edition = Unicode(help="What a new home gets a copy of, as `workbook`.").tag(config=True)
    first_uid = Integer(60_000, help="The user id of the first student.").tag(config=True)
    most_processes = Integer(400, help="Processes and threads of one student.").tag(config=True)
    most_files = Integer(20_000, help="Open descriptors of one process.").tag(config=True)

    #: The server refuses a port beside a socket, unless it is the port that it has by default.
    port = Integer(8888)

    @property
    def home(self) -> Path:
        return Path(self.homes) / self.user.escaped_name

    @property
    def socket(self) -> Path:
        return Path(self.sockets) / str(self.user.id) / Path(SOCKET_INSIDE).name

    @property
    def server(self) -> Server | None:
        """The hub's record of the server. Host and port can't say where it is: the socket does."""
        server = LocalProcessSpawner.server.fget(self)
        if server is not None and not server.connect_url:
            server.connect_url = socket_url(self.socket)
        return server

    @server.setter
    def server(self, server: Server | None) -> None:
        LocalProcessSpawner.server.fset(self, server)

    async def start(self) -> str:
        """Starts the server and returns its address. Blocks while a new home is filled."""
        uid = prepared_home(self.home, Path(self.edition), self.first_uid)
        fresh_folder(self.socket.parent, uid)
        self.popen_kwargs = {"cwd": "/"}
        self.cmd = [
            *self.sealed(),
            *self.as_user(uid),
            sys.executable,
            "-m",
            "jupyterhub.singleuser",
        ]
        await super().start()
        return socket_url(self.socket)

    def sealed(self) -> list[str]:
        """Namespaces of its own, and what can be seen inside. Root makes them: no user needs to."""
        bound = [("--ro-bind-try", path, path) for path in (*SEEN, sys.base_prefix, sys.prefix)]
        bound += [
            ("--bind", str(self.home), self.home_inside),
            ("--bind", str(self.socket.parent), str(Path(SOCKET_INSIDE).parent)),
            ("--ro-bind", self.hub_socket, self.hub_socket),
        ]
        return [
            "bwrap", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts",
            "--unshare-cgroup-try", "--die-with-parent", "--hostname", "workbook",
            "--proc", "/proc", "--dev", "/dev",
            "--size", str(TMP_LIMIT_BYTES), "--perms", "1777", "--tmpfs", "/tmp",
            *folders_above([Path(inside) for _, _, inside in bound]),
            *(word for mount in bound for word in mount),
            "--chdir", f"{self.home_inside}/workbook",
        ]  # fmt: skip

    def as_user(self, uid: int) -> list[str]:
        """No root, no group, bounds, and one right: to capture packets, which are one's own."""
        return [
            "setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups", "--no-new-privs",
            "--bounding-set=-all,+net_raw", "--inh-caps=-all,+net_raw",
            "--ambient-caps=-all,+net_raw",
            "prlimit", f"--nproc={self.most_processes}", f"--nofile={self.most_files}",
            "--core=0",
        ]  # fmt: skip

    @property
    def home_inside(self) -> str:
        return f"/home/{self.user.escaped_name}"

    def get_args(self) -> list[str]:
        return [*super().get_args(), f"--ServerApp.sock={SOCKET_INSIDE}"]

    def user_env(self, env: dict[str, str]) -> dict[str, str]:
        """The student has no account, so name, home and shell come from here."""
        workbook = f"{self.home_inside}/workbook"
        return env | {
            "USER": self.user.name,
            "HOME": self.home_inside,
            "SHELL": "/bin/bash",
            "PYTHONPATH": workbook,
            "PATH": f"{sys.prefix}/bin:/usr/bin:/bin",
        }

    def make_preexec_fn(self, name: str) -> Callable[[], None] | None:
        """Nothing to do between fork and exec: setpriv changes the user."""
        return None


def folders_above(paths: list[Path]) -> list[str]:
    """Options that make every folder above `paths` first: bwrap's own would be root's alone."""
    above = {folder for path in paths for folder in path.parents if folder != Path("/")}
    return [word for folder in sorted(above) for word in ("--perms", "0755", "--dir", str(folder))]


def prepared_home(home: Path, edition: Path, first_uid: int) -> int:
    """The user id that owns `home`, which is made and filled where it is not there yet.

    The folders themselves are the record of who has which id: no second list can contradict it.
    """
    if home.exists():
        return home.stat().st_uid
    homes = home.parent
    homes.mkdir(parents=True, exist_ok=True)
    taken = [path.stat().st_uid for path in homes.iterdir()]
    uid = max([first_uid - 1, *taken]) + 1
    filling = homes / f".{home.name}.new"  # a hub that dies here leaves no half-filled home
    shutil.rmtree(filling, ignore_errors=True)
    filling.mkdir(mode=0o700)
    shutil.copytree(edition, filling / "workbook", symlinks=True)
    for folder, _, files in os.walk(filling):
        for path in (folder, *(os.path.join(folder, name) for name in files)):
            os.chown(path, uid, uid, follow_symlinks=False)
    filling.rename(home)
    return uid


def fresh_folder(folder: Path, uid: int) -> None:
    """An empty folder that only `uid` (and root) can enter."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    os.chown(folder, uid, uid)
