"""Tries out what this machine permits, and says in words what to do where something is missing.

Every finding comes from a trial, not from a name or a version of the system, where one can tell.
"""

from __future__ import annotations

import os
import platform
import re
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

from rich.table import Table

from workbench import kernel, packets
from workbench.families import ROOT

FEW_DESCRIPTORS = 256  # the largest experiment of labs 01 to 07 holds a hundred connections
TRIAL_LIMIT_S = 5.0
JUPYTERS_PORT = 8888
SET_UP = "run: make lab (or: make doctor). Both finish the set-up, and mend it"


class Finding(NamedTuple):
    """One thing that was tried. `advice` says what it costs, or what to do, if it is not fine."""

    what: str
    fine: bool
    says: str
    needed: bool
    advice: str = ""


def examine() -> list[Finding]:
    """Tries everything, in a second or so. Raises nothing: what goes wrong is a finding."""
    trials: list[Callable[[], Finding]] = [
        _python, _packages, _folder, _home, _loopback, _descriptors, _ipv6, _kernel_views,
        _capture, _namespaces,
    ]  # fmt: skip
    if "JPY_PARENT_PID" not in os.environ:  # in a notebook the port is its own JupyterLab's
        trials.append(_port)
    return [trial() for trial in trials]


def _python() -> Finding:
    fine = sys.version_info >= (3, 11)
    advice = "" if fine else "install Python 3.11 or newer, then: make PYTHON=python3.11 lab"
    return Finding("Python", fine, platform.python_version(), True, advice)


def _packages() -> Finding:
    """Is everything there that requirements.txt pins, or was the set-up interrupted?"""
    try:
        text = (ROOT / "requirements.txt").read_text("utf-8")
    except OSError as error:
        return Finding("what is installed", False, str(error), True, "get the whole folder anew")
    pinned = dict(re.findall(r"^([\w-]+)==([\w.]+)", text, re.MULTILINE))
    amiss = [name for name, wanted in pinned.items() if _installed(name) != wanted]
    if (Path(sys.prefix) / "unfinished").exists():
        amiss.append("a set-up that was interrupted")
    says = f"amiss: {', '.join(amiss)}" if amiss else f"JupyterLab and {len(pinned) - 1} others"
    return Finding("what is installed", not amiss, says, True, SET_UP if amiss else "")


def _installed(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _folder() -> Finding:
    """May the student's work be saved? Spaces and letters beyond ASCII in the path do no harm."""
    why_not = _why_not_writable(ROOT / "labs")
    advice = "your work can't be saved: copy the whole folder to a place that is yours"
    return Finding("this folder", not why_not, why_not or "may be written", True,
                   advice if why_not else "")  # fmt: skip


def _home() -> Finding:
    why_not = _why_not_writable(Path.home())
    advice = "make lab keeps JupyterLab's state in .venv/home then. Without make: set HOME yourself"
    return Finding("the home folder", not why_not, why_not or "may be written", False,
                   advice if why_not else "")  # fmt: skip


def _why_not_writable(folder: Path) -> str:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return ""
    except OSError as error:
        return f"{folder}: {error.strerror}"


def _port() -> Finding:
    """Is JupyterLab's usual port free? SO_REUSEADDR, as JupyterLab: an old TIME_WAIT is no harm."""
    try:
        with socket.create_server(("127.0.0.1", JUPYTERS_PORT)):
            return Finding(f"port {JUPYTERS_PORT}", True, "free for JupyterLab", False)
    except OSError as error:
        advice = "JupyterLab takes another one: open the address that it prints, no bookmark"
        return Finding(f"port {JUPYTERS_PORT}", False, error.strerror, False, advice)


def _loopback() -> Finding:
    try:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            socket.create_connection(listener.getsockname(), 2).close()
        return Finding("IPv4 on loopback", True, "a client reaches a listener", True)
    except OSError as error:
        return Finding("IPv4 on loopback", False, str(error), True, "is the interface lo up?")


def _ipv6() -> Finding:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6) as listener:
            socket.create_connection(listener.getsockname()[:2], 2).close()
        return Finding("IPv6 on loopback", True, "a client reaches a listener", False)
    except OSError as error:
        advice = "the rows about ::1 differ from the recorded ones; all else works"
        return Finding("IPv6 on loopback", False, str(error), False, advice)


def _descriptors() -> Finding:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    fine = soft >= FEW_DESCRIPTORS
    advice = "" if fine else f"in the terminal, before make lab: ulimit -n {min(4096, hard)}"
    return Finding("open descriptors", fine, f"{soft:,} at once (up to {hard:,})", True, advice)


def _kernel_views() -> Finding:
    views = {"/proc/net/tcp": kernel.has_proc(), "TCP_INFO": kernel.has_tcp_info()}
    missing = [name for name, there in views.items() if not there]
    says = f"no {' and no '.join(missing)}" if missing else "/proc/net/tcp and TCP_INFO"
    advice = "Linux only: rows about states and queues say so; WSL2 or a container has them"
    return Finding("the kernel's tables", not missing, says, False, advice if missing else "")


def _capture() -> Finding:
    why_not = packets.obstacle()
    advice = "the notebooks show recorded packets of the same exchange instead"
    says = why_not or "live, on loopback"
    return Finding("capture of packets", not why_not, says, False, advice if why_not else "")


def _namespaces() -> Finding:
    advice = "labs are then checked, but not marked, in a sandbox with a network of its own"
    if not shutil.which("unshare"):
        return Finding("network namespaces", False, "no unshare(1) here", False, advice)
    try:
        trial = subprocess.run(
            ["unshare", "--user", "--map-root-user", "--net", "true"],
            capture_output=True, text=True, timeout=TRIAL_LIMIT_S, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        return Finding("network namespaces", False, str(error), False, advice)
    fine = trial.returncode == 0
    says = "may be made" if fine else trial.stderr.strip()
    return Finding("network namespaces", fine, says, False, "" if fine else advice)


def as_table(findings: list[Finding]) -> Table:
    """The findings for a terminal or a notebook, the needed ones first."""
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for finding in findings:
        face = ":)" if finding.fine else ":(" if finding.needed else ":|"
        style = "green" if finding.fine else "red" if finding.needed else "yellow"
        says = finding.says + (f"\n→ {finding.advice}" if finding.advice else "")
        table.add_row(f"[{style}]{face}[/]", finding.what, says)
    return table


def show() -> None:
    """Prints the findings in a notebook."""
    from rich.console import Console

    findings = examine()
    console = Console(width=96, color_system=None, force_jupyter=False, highlight=False)
    console.print(as_table(findings))
    missing = [finding.what for finding in findings if finding.needed and not finding.fine]
    console.print(f"\nMend first: {', '.join(missing)}." if missing else "\nYou can begin.")
