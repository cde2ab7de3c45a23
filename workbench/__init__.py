"""What everyone is given: peers that misbehave, the journal, captures, figures, the checks.

Importing this package is cheap: each name below brings its module when it is first used.
"""

from importlib import import_module

_WHERE = {
    "check": "workbench.lesson",
    "compare": "workbench.lesson",
    "capture": "workbench.packets",
    "Journal": "workbench.journal",
}


def __getattr__(name: str) -> object:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_WHERE[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_WHERE])
