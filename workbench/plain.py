"""Makes text that came from a submission harmless to read: bounded, and without hidden powers.

Knows control characters and lengths, and no markup: each format escapes its own. To do it twice
changes nothing: a judge does it before it tells of a lab, and who takes its word does it again.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

LONGEST = 4_000  # characters of one text in a report
#: What moves the cursor, colours a terminal, turns the direction of writing, or breaks XML.
HARMFUL = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def plain(text: str, limit: int = LONGEST) -> str:
    """`text` with every control character written out, such as \\\\x1b, and cut at `limit`."""
    shown = "".join(
        c if c in "\n\t" or not _is_harmful(c) else _written_out(c) for c in text[:limit]
    )
    if len(text) <= limit and len(shown) <= limit:
        return shown
    end = f" … (of {len(text):,} characters)"
    return shown[: max(0, limit - len(end))] + end


def plain_values(value: Any, hide: str) -> Any:
    """The same for every text in a tree of mappings and lists; other values stay as they are.

    `hide` is a path of this machine, which is no reader's business: "labs" stands in its place.
    """
    if isinstance(value, str):
        return plain(value.replace(hide, "labs"))
    if isinstance(value, Mapping):
        return {plain(str(key), 200): plain_values(item, hide) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain_values(item, hide) for item in value]
    return value


def one_line(text: str, limit: int = 300) -> str:
    """`text` on one line, for a line of a terminal or of a CI job's log.

    Such a log takes `::…` at the begin of a line, and `##[` anywhere, for a command.
    """
    line = " ".join(plain(text, limit).split())
    return line.replace("::", ":\\:").replace("##[", "#\\#[")


def _is_harmful(character: str) -> bool:
    return unicodedata.category(character) in HARMFUL


def _written_out(character: str) -> str:
    return character.encode("unicode_escape", "backslashreplace").decode("ascii")
