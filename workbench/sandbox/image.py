"""All that a student's process can see: a folder with this Python, its libraries, and our side.

Made once and kept, under a name that says what is in it. Knows no lab, no check and no tier.
"""

from __future__ import annotations

import hashlib
import os
import py_compile
import re
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
#: Our side, and where it lies in the image.
OURS = {
    **{
        HERE / name: f"box/workbench/sandbox/{name}"
        for name in ("wire.py", "inside.py", "sources.py", "telling.py", "zygote.py")
    },
    HERE.parent / "handlers.py": "box/workbench/handlers.py",
}
START = "/box/start.py"
START_TEXT = """\
import socket
import sys
sys.path.append(__file__.rpartition("/")[0])
connections = [socket.socket(fileno=int(number)) for number in sys.argv[1:]]
if len(connections) == 1:
    from workbench.sandbox.zygote import main
else:
    from workbench.sandbox.inside import serve as main
main(*connections)
"""
#: Parts of the standard library that no lab needs, and that are large.
LEFT_OUT = ("site-packages", "dist-packages", "test", "tests", "idlelib", "tkinter", "turtledemo",
            "ensurepip", "lib2to3", "config-*", "*.a", "pydoc_data", "distutils")  # fmt: skip
#: What name lookups read; without it even `localhost` is unknown.
SETTINGS = ("/etc/hosts", "/etc/nsswitch.conf", "/etc/host.conf", "/etc/gai.conf")


class NoImage(OSError):
    """The folder can't be made here; the text says why."""


@cache
def python_image() -> Path:
    """The folder, made if it is not there yet. Blocks for a second then. Raises NoImage."""
    kept = kept_folder()
    image = kept / f"python-{_digest()}"
    if image.exists():
        return image
    try:
        made = Path(tempfile.mkdtemp(dir=kept))
        _fill(made)
        made.chmod(0o755)
        made.rename(image)
    except OSError as error:
        if not image.exists():  # else another process was faster
            raise NoImage(f"no image of Python: {error}") from error
    return image


def interpreter() -> str:
    """Where Python is in the image."""
    return os.path.realpath(sys._base_executable)


def kept_folder() -> Path:
    """A folder of our own that other users can look into, and nobody else can write to."""
    folder = Path(tempfile.gettempdir()) / f"socket-workbook-{_outside_uid()}"
    folder.mkdir(mode=0o755, exist_ok=True)
    seen = folder.lstat()
    if folder.is_symlink() or seen.st_uid != os.geteuid() or seen.st_mode & 0o022:
        raise NoImage(f"{folder} is not ours alone")
    return folder


def _outside_uid() -> int:
    """Our user as the machine knows it: root of a user namespace may be somebody else there."""
    lines = Path("/proc/self/uid_map").read_text("ascii").splitlines()
    for inside, outside, count in (map(int, line.split()) for line in lines):
        if 0 <= os.geteuid() - inside < count:
            return outside + os.geteuid() - inside
    return os.geteuid()


def _digest() -> str:
    """A name for what would be in the image."""
    told = hashlib.sha256(f"{sys.version}{interpreter()}{START_TEXT}{LEFT_OUT}".encode())
    for path in (*OURS, Path(__file__)):
        told.update(path.read_bytes())
    return told.hexdigest()[:16]


def _fill(image: Path) -> None:
    python, library = Path(interpreter()), Path(os.__file__).resolve().parent
    ignore = shutil.ignore_patterns(*LEFT_OUT)
    shutil.copytree(library, _inside(image, library), ignore=ignore, symlinks=False)
    modules = (library / "lib-dynload").glob("*.so")
    for path in {python, *_libraries_of(python, *modules)}:
        _copy(path, image)
    for path in map(Path, SETTINGS):
        if path.exists():
            _copy(path, image)
    for source, target in OURS.items():
        _copy(source, image, target)
        compiled = py_compile.PycInvalidationMode.UNCHECKED_HASH
        py_compile.compile(str(image / target), dfile=f"/{target}", invalidation_mode=compiled)
    _inside(image, START).write_text(START_TEXT, "utf-8")
    for mount in ("proc", "dev"):
        (image / mount).mkdir()


def _inside(image: Path, path: Path | str) -> Path:
    return image / str(path).lstrip("/")


def _copy(path: Path, image: Path, target: str = "") -> None:
    there = _inside(image, target or path)
    there.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(path, there)  # a library's own name may be a link: its text is what is needed


def _libraries_of(*programs: Path) -> set[Path]:
    """What the dynamic linker loads for these; and what glibc loads by itself for names."""
    told = subprocess.run(["ldd", *programs], capture_output=True, text=True, check=False).stdout
    found = {Path(path) for path in re.findall(r"(/\S+) \(0x", told)}
    beside = {path.parent for path in found if path.name.startswith("libc.so")}
    return found | {each for folder in beside for each in folder.glob("libnss_*.so.2")}
