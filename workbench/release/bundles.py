"""Packs the project for graders that want all in one file: Gradescope and Classroom 50.

Knows which files marking needs. Knows nothing of how marking is done.
"""

from __future__ import annotations

import io
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from workbench.families import ROOT
from workbench.release.edition import Files, rendered

#: What marks a submission: the checks, the reference below them, the notebooks that are cited.
FOR_MARKING = (
    "Makefile", "README.md", "requirements.txt", "pyproject.toml",
    "labs/*.py", "lab_solutions/*.py", "tests/conftest.py", "tests/test_lab*.py",
    "notebooks/*.ipynb", "notebooks/captures/*", "workbench/**/*",
)  # fmt: skip
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # so that the same project gives the same archive


def project_files() -> Files:
    """Every file that marking needs, from the project as it is on the disk."""
    return {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in _for_marking()}


def _for_marking() -> Iterator[Path]:
    for pattern in FOR_MARKING:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def gradescope_archive(options: Sequence[str] = ()) -> bytes:
    """An autograder for Gradescope, as a zip. `options` are for `grade`, such as `--lab 03`."""
    files = {f"workbook/{path}": content for path, content in project_files().items()}
    files["setup.sh"] = rendered("gradescope_setup.sh").encode()
    files["run_autograder"] = rendered(
        "gradescope_run_autograder", options=shlex.join(options)
    ).encode()
    return archive(files)


def classroom50_bundle(options: Sequence[str] = ()) -> Files:
    """The files of one assignment's folder in Classroom 50's configuration repository."""
    script = rendered("classroom50_autograder.py", options=repr(list(options)))
    return {"autograder.py": script.encode(), "workbook.zip": archive(project_files())}


def archive(files: Files) -> bytes:
    """A zip of these files. Scripts may be executed."""
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as target:
        for path, content in sorted(files.items()):
            entry = ZipInfo(path, LONG_AGO)
            is_script = content.startswith(b"#!")
            entry.external_attr = (0o100755 if is_script else 0o100644) << 16
            entry.compress_type = ZIP_DEFLATED
            target.writestr(entry, content)
    return packed.getvalue()
