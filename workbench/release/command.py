"""`python -m workbench release`: reads what a teacher asks for, and says what was written.

Must not know what an edition or an archive holds.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workbench.families import UnknownLab, family_of_lab
from workbench.release.update import Outcome, ReleaseRefused
from workbench.terminal import console, refuse


def release(
    folder: Annotated[
        Path | None, typer.Argument(help="The students' folder; made where it is missing.")
    ] = None,
    until: Annotated[str, typer.Option(help="The last family to hand out, such as 03.")] = "",
    force: Annotated[
        bool, typer.Option("--force", help="Replace files in the way that are no student's work.")
    ] = False,
    gradescope: Annotated[
        Path | None, typer.Option(help="Write an autograder for Gradescope to this zip.")
    ] = None,
    classroom50: Annotated[
        Path | None, typer.Option(help="Write one for Classroom 50 to CLASSROOM/autograders/SLUG.")
    ] = None,
    lab: Annotated[
        list[str] | None,
        typer.Option(help="A lab that these two mark; may be repeated (default: all)."),
    ] = None,
) -> None:
    """Write what students get, without the reference; or an autograder, with it.

    Again into the same folder it adds what is new and repairs the rest, but never touches a lab or
    a notebook in which somebody has worked. The exit status is 2 if it wrote nothing.
    """
    if not (folder or gradescope or classroom50):
        raise refuse("name a folder for the students' edition, --gradescope or --classroom50")
    try:
        if folder:
            _hand_out(folder, until, force)
        _pack(gradescope, classroom50, _options(lab or []))
    except (ReleaseRefused, UnknownLab, OSError) as error:
        raise refuse(error) from None


def _hand_out(folder: Path, until: str, force: bool) -> None:
    from workbench.release.edition import released_families, student_files
    from workbench.release.update import write_edition

    if until:
        until = family_of_lab(until).number
    _tell(folder, write_edition(student_files(released_families(until)), folder, force=force))


def _tell(folder: Path, outcome: Outcome) -> None:
    for word, paths in (("added", outcome.added), ("repaired", outcome.repaired)):
        for path in paths:
            console.print(f"{word} {path}", markup=False)
    for path in outcome.left_alone:
        console.print(f"left alone {path}: somebody has worked in it", markup=False)
    counts = (f"{len(paths)} {word.replace('_', ' ')}" for word, paths in outcome._asdict().items())
    console.print(f"{folder}: {', '.join(counts)}", markup=False, soft_wrap=True)


def _options(labs: list[str]) -> list[str]:
    return [word for name in labs for word in ("--lab", family_of_lab(name).number)]


def _pack(gradescope: Path | None, classroom50: Path | None, options: list[str]) -> None:
    from workbench.release.bundles import classroom50_bundle, gradescope_archive
    from workbench.release.update import write_whole

    files: dict[Path, bytes] = {}
    if gradescope:
        files[gradescope] = gradescope_archive(options)
    if classroom50:
        bundle = classroom50_bundle(options)
        files |= {classroom50 / name: content for name, content in bundle.items()}
    for path, content in files.items():
        write_whole(path, content)
        console.print(f"wrote {path}, {len(content) / 2**20:.1f} MiB", markup=False, soft_wrap=True)
