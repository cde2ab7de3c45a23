r"""Bytes shown as a Python literal in little room, and the column of one byte in it.

Knows nothing of sockets or of a journal's events.
"""

from __future__ import annotations

from dataclasses import dataclass

HEAD_SHOWN = 32
TAIL_SHOWN = 12
AROUND_FOCUS = 20

# One escape per byte, so that a column can be counted; the literal's own quote is escaped too.
_ESCAPES = tuple("\\'" if value == 0x27 else repr(bytes([value]))[2:-1] for value in range(256))


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The two ends of some bytes, and how many there were: memory stays bounded."""

    head: bytes = b""
    tail: bytes = b""
    length: int = 0

    @classmethod
    def of(cls, data: bytes | bytearray | memoryview, keep_bytes: int) -> Excerpt:
        """Return all of `data` if it has at most `keep_bytes`, else its first and last half."""
        if len(data) <= keep_bytes:
            return cls(bytes(data), b"", len(data))
        half = keep_bytes // 2
        return cls(bytes(data[:half]), bytes(data[len(data) - half :]), len(data))

    @property
    def is_whole(self) -> bool:
        return len(self.head) == self.length

    def has(self, position: int) -> bool:
        """Return whether byte `position` was kept; the place behind the last one counts too."""
        return 0 <= position < len(self.head) or self._tail_start <= position <= self.length

    def between(self, start: int, stop: int) -> bytes:
        """Return bytes start..stop, which must lie within one kept end."""
        if stop <= len(self.head):
            return self.head[start:stop]
        return self.tail[start - self._tail_start : stop - self._tail_start]

    def window(self, focus: int) -> tuple[int, int]:
        """Return start and stop of what is kept around byte `focus`."""
        in_head = focus < len(self.head) or self.is_whole
        low, high = (0, len(self.head)) if in_head else (self._tail_start, self.length)
        return max(low, focus - AROUND_FOCUS), min(high, focus + AROUND_FOCUS)

    @property
    def _tail_start(self) -> int:
        return self.length - len(self.tail)


def escape(data: bytes) -> str:
    """Return `data` as it stands between the quotes of a bytes literal."""
    return "".join(_ESCAPES[value] for value in data)


def count(number: int, unit: str = "byte") -> str:
    """Return `1 byte`, `1,000 bytes`."""
    return f"{number:,} {unit}{'' if number == 1 else 's'}"


def is_short(length: int) -> bool:
    """Return whether so many bytes are printed without an elision."""
    return length <= HEAD_SHOWN + TAIL_SHOWN


def literal(
    excerpt: Excerpt, focus: int | None = None, *, elide: bool | None = None
) -> tuple[str, int | None]:
    """Return the text of `excerpt` and the column of byte `focus` in it.

    Long bytes are elided: in the middle, or on both sides of `focus`. A focus equal to the
    length points just behind the last byte; one that was not kept points at the elision.
    `elide` overrules what is long, so that two literals can be printed one below the other.
    """
    if elide is None:
        elide = not is_short(excerpt.length)
    parts: list[str] = []
    column = None
    shown_to = 0
    for start, stop in [*_shown(excerpt, focus, elide), (excerpt.length, excerpt.length)]:
        if start > shown_to:
            if focus is not None and shown_to <= focus < start:
                column = _width(parts)
            parts.append(f"… {count(start - shown_to)} …")
        if stop > start or excerpt.length == 0:
            if focus is not None and start <= focus < stop:
                column = _width(parts) + 2 + len(escape(excerpt.between(start, focus)))
            parts.append(f"b'{escape(excerpt.between(start, stop))}'")
        shown_to = stop
    text = " ".join(parts)
    return text, len(text) - 1 if focus == excerpt.length else column


def _shown(excerpt: Excerpt, focus: int | None, elide: bool) -> list[tuple[int, int]]:
    """Return the stretches to print, in order."""
    length = excerpt.length
    if length == 0:
        return []
    if excerpt.is_whole and not elide:
        return [(0, length)]
    if focus is not None and excerpt.has(focus):
        return [excerpt.window(focus)]
    head = min(HEAD_SHOWN, len(excerpt.head))
    tail = min(TAIL_SHOWN, length - head if excerpt.is_whole else len(excerpt.tail))
    return [(0, head), (length - tail, length)]


def _width(parts: list[str]) -> int:
    """Return the column at which the next part will start, when joined with blanks."""
    return sum(len(part) + 1 for part in parts)
