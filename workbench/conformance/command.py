"""`python -m workbench conformance`: which proxies are played, and how that is shown.

Knows what can be asked for. Starts the proxies by `workbench.proxies`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from importlib.metadata import version as version_of

from rich.progress import Progress

from workbench import proxies
from workbench.conformance import report
from workbench.conformance.case import Case
from workbench.conformance.cases import ALL
from workbench.conformance.names import private_names
from workbench.conformance.run import play_all
from workbench.families import lab_tree
from workbench.terminal import console, errors

FORMATS = ("table", "md", "json")
DEFAULT = ("ours", "squid", "tinyproxy")
OURS = {"ours": "08", "lab09": "09"}


class BadCall(ValueError):
    """What was asked for can't be had: the text says what can."""


def chosen(only: str) -> list[Case]:
    """The cases whose names begin like this. Raises BadCall if there are none."""
    cases = [case for case in ALL if case.name.startswith(only)]
    if not cases:
        raise BadCall(f"no case begins with {only!r}: `--format json` lists them all")
    return cases


def checked(names: Sequence[str]) -> list[str]:
    """The proxies to play, each once. Raises BadCall for one that is not known."""
    for name in names:
        if name not in proxies.PROXIES:
            raise BadCall(f"no proxy {name!r}: name one of {', '.join(proxies.PROXIES)}")
    return list(dict.fromkeys(names or DEFAULT))


def address(text: str) -> tuple[str, int]:
    """Where a proxy listens: HOST:PORT. Raises BadCall."""
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal():
        raise BadCall(f"not HOST:PORT: {text!r}")
    return host, int(port)


def run(names: Sequence[str], at: str, only: str, form: str, wire: bool) -> bool:
    """Play, print what came of it, and return whether every case holds with the first proxy.

    Blocks, for some seconds with each. Raises BadCall, before anything is played.
    """
    if form not in FORMATS:
        raise BadCall(f"no format {form!r}: name one of {', '.join(FORMATS)}")
    played = play(names, at, only)
    if not played:
        raise BadCall("no proxy was played")
    show(played, form, wire)
    passed, count = played[0].count()
    return passed == count


def play(names: Sequence[str], at: str, only: str) -> list[report.Played]:
    """Play the cases through each proxy, or through the one that listens `at` an address.

    Blocks, for some seconds with each. Raises BadCall. A proxy that is not installed is left out,
    and said to be.
    """
    cases, names = chosen(only), checked(names)
    where = address(at) if at else None
    with private_names() as within, Progress(console=errors, transient=True) as progress:
        if at or not within:
            left_out = [case.name for case in cases if case.needs_names]
            cases = [case for case in cases if not case.needs_names]
            if left_out:
                errors.print(f"left out, for want of names: {', '.join(left_out)}", markup=False)
        if at:
            return [_played(at, "already running", where, cases, progress)]
        return list(_installed(names, within, cases, progress))


def _installed(
    names: Sequence[str], within: Sequence[str], cases: Sequence[Case], progress: Progress
) -> Iterator[report.Played]:
    for name in names:
        try:
            version = _version(name)
        except proxies.NotInstalled as error:
            errors.print(f"left out: {error}", markup=False)
            continue
        with proxies.PROXIES[name](within=within) as proxy:
            yield _played(name, version, proxy.address, cases, progress)


def _played(
    name: str, version: str, at: tuple[str, int], cases: Sequence[Case], progress: Progress
) -> report.Played:
    task = progress.add_task(name, total=len(cases))
    return report.Played(name, version, play_all(cases, at, lambda _: progress.advance(task)))


def _version(name: str) -> str:
    if name in OURS:
        return f"lab {OURS[name]} in {lab_tree().name}, {version_of('socket-workbook')}"
    return proxies.version(name)


def show(played: Sequence[report.Played], form: str, wire: bool) -> None:
    """Print the results."""
    if form == "json":
        print(json.dumps(report.as_json(played), indent=2))
    elif form == "md":
        print(report.as_markdown(played), end="")
    else:
        console.print(report.as_renderable(played, wire))
