"""Runs the teacher's notebooks with a submission's labs, in a sandbox: a second, formative column.

Nothing of it is a mark: the kernel shares its sandbox with nbval, so a hostile lab could forge the
counts. Only bwrap can shut a kernel in: it needs all of Jupyter, and to see that and nothing else
takes a mount for each part. Where mounts are permitted, bwrap works; another user alone would read
what is readable for all, as the reference often is. Must not know how labs are checked.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from workbench.families import ROOT, Family
from workbench.grading.grade import NotebookRun
from workbench.sandbox import Tier
from workbench.sandbox.uids import own_uid
from workbench.skeletons import expected_labs

NOTEBOOK_LIMIT_S, CELL_LIMIT_S = 120, 20
TAIL_BYTES = 4_000
BOUNDS = ("--cpu=120", "--as=8589934592", "--fsize=67108864", "--nproc=512", "--core=0")
TMP_BYTES = 64 << 20
#: What of the project is there. The reference is not: where a lab is missing, a skeleton serves.
PROJECT = (
    *("workbench", "notebooks", "pyproject.toml", "labs/__init__.py", "tests/conftest.py"),
    "tests/test_lab[0-9][0-9]_*.py",
)
SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/etc/hosts", "/etc/nsswitch.conf")
LABS = "/tree"
COUNT = re.compile(r"(\d+) (passed|failed|error|skipped|xfailed|xpassed)")


def notebook_runs(
    families: Iterable[Family], files: dict[str, bytes], tier: Tier
) -> list[NotebookRun]:
    """Runs the notebook of each family. Blocks for NOTEBOOK_LIMIT_S for each, at the most."""
    with tempfile.TemporaryDirectory(prefix="grade-labs-") as folder:
        tree = Path(folder)
        tree.chmod(0o755)  # who runs there is another user
        for name, text in {**_skeletons(), **files}.items():
            (tree / name).write_bytes(text)
        return [_run(family, tree, tier) for family in families]


def _skeletons() -> dict[str, bytes]:
    return {name: text.encode() for name, text in expected_labs().items()}


def _run(family: Family, tree: Path, tier: Tier) -> NotebookRun:
    run = NotebookRun(family.stem)
    if tier is not Tier.BWRAP:
        run.note = (
            f"not run: in the tier {tier} a lab in a notebook could read the reference and what "
            f"others handed in; it takes the tier {Tier.BWRAP} to hide them"
        )
        return run
    with tempfile.TemporaryFile() as printed:
        try:
            subprocess.run(
                [*sandbox(tree), *_nbval(family)],
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=printed,
                timeout=NOTEBOOK_LIMIT_S,
                check=False,
                cwd="/",
            )
        except subprocess.TimeoutExpired:
            run.note = f"stopped: it was not done after {NOTEBOOK_LIMIT_S} s"
        printed.seek(max(0, printed.seek(0, os.SEEK_END) - TAIL_BYTES))
        count(printed.read().decode(errors="replace"), run)
    return run


def sandbox(tree: Path) -> list[str]:
    """bwrap with a network of its own, nothing to write to but memory, and no reference."""
    seen = {path for path in SYSTEM if os.path.exists(path)}
    seen |= {sys.prefix, sys.base_prefix} | {
        str(path) for name in PROJECT for path in ROOT.glob(name)
    }
    # bwrap makes the folders above a mount for its own user alone
    above = {str(parent) for path in seen for parent in Path(path).parents} - {"/"}
    folders = [part for path in sorted(above) for part in ("--perms", "0755", "--dir", path)]
    binds = [part for path in sorted(seen) for part in ("--ro-bind", path, path)]
    home = {"HOME": "/tmp", "LABS": LABS, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    return [
        *("prlimit", *BOUNDS, "bwrap", *_alone(), "--die-with-parent", "--new-session"),
        *("--proc", "/proc", "--dev", "/dev", "--perms", "1777"),
        *("--size", str(TMP_BYTES), "--tmpfs", "/tmp", *folders, *binds),
        *("--ro-bind", str(tree), LABS, "--chdir", str(ROOT), "--clearenv"),
        *(part for name, value in home.items() for part in ("--setenv", name, value)),
        *_nobody(),
    ]


def _alone() -> list[str]:
    """Root needs no user namespace, and could not become another user in one."""
    others = [f"--unshare-{what}" for what in ("pid", "net", "ipc", "uts", "cgroup-try")]
    return others if own_uid() else ["--unshare-user", *others]


def _nobody() -> list[str]:
    """Inside, root becomes a user that nobody is: the bounds do not hold for root."""
    uid = own_uid()
    become = (f"--reuid={uid}", f"--regid={uid}", "--clear-groups", "--no-new-privs")
    return ["setpriv", *become, "--bounding-set=-all", "--inh-caps=-all"] if uid else []


def _nbval(family: Family) -> list[str]:
    options = ("-q", "--tb=no", "-p", "no:cacheprovider", "--no-header", "--color=no")
    nbval = ("--nbval", "--nbval-current-env", f"--nbval-cell-timeout={CELL_LIMIT_S}")
    return [sys.executable, "-B", "-m", "pytest", *options, *nbval, str(family.notebook)]


def count(printed: str, run: NotebookRun) -> None:
    """Reads pytest's last line. A cell that was expected to fail is not counted as either."""
    counts = dict.fromkeys(("passed", "failed", "error", "skipped", "xfailed", "xpassed"), 0)
    last = printed.strip().rpartition("\n")[2]
    counts |= {word: min(int(number[:6]), 9999) for number, word in COUNT.findall(last)}
    run.passed, run.failed = counts["passed"], counts["failed"] + counts["error"]
    run.not_run = counts["skipped"] + counts["xfailed"] + counts["xpassed"]
    if not (run.passed or run.failed or run.not_run or run.note):
        run.note = "it ended without a result"
