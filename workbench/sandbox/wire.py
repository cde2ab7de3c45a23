"""What crosses between the process that judges and a student's: frames, with bounds, and values.

Knows no lab and no check. Runs on both sides, so it imports the standard library only; and one
side is hostile, so whatever is received is refused unless it is as it must be.

A frame is a text in JSON, bytes, and descriptors. In the text a value without parts (None, a
number, a string) stands for itself, and all else is an array that begins with its kind. `bytes`
are not in the text: only their length is, and they follow one another behind it.
"""

from __future__ import annotations

import json
import os
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from typing import Any

HEAD = struct.Struct("!IIB")  # bytes of text, other bytes, descriptors
CHUNK_BYTES = 1 << 20
DESCRIPTORS = 64  # in one frame; the kernel would take 253
DEPTH = 24  # of one value: a forged one of a thousand would end the reader with RecursionError
TEXT = 65_536  # characters of one text; `bytes` may be longer
WORDS = 2_000  # characters of one text in an exception

AS_IT_IS = {bool, str, int, float}
EXACT = {str: str.__str__, int: int.__int__, float: float.__float__}  # not of a subclass
PLAIN: dict[str, Callable[[Any], Any]] = {
    "tuple": tuple,
    "list": list,
    "set": set,
    "frozenset": frozenset,
}
RAW: dict[str, Callable[[bytes], Any]] = {
    "bytes": bytes,
    "bytearray": bytearray,
    "memoryview": memoryview,
}


class Refused(ValueError):
    """A frame or a value breaks a bound or a rule."""


class Ended(EOFError):
    """The other side has closed the connection."""


class Bounds:
    """What is received at most: in one frame, and over a connection's whole life."""

    def __init__(self, text_bytes: int, other_bytes: int, in_all_bytes: int) -> None:
        self.text_bytes, self.other_bytes = text_bytes, other_bytes
        self.in_all_bytes = in_all_bytes


class Parcel:
    """What travels beside the text of one frame."""

    def __init__(self, pieces: list[bytes] = (), descriptors: list[int] = ()) -> None:
        self.pieces, self.descriptors = list(pieces), list(descriptors)
        self.data, self._taken = b"", 0

    def take(self, count: object) -> bytes:
        """The next `count` of the bytes that came. Each can be taken once."""
        if type(count) is not int or not 0 <= count <= len(self.data) - self._taken:
            raise Refused("bytes that did not come")
        self._taken += count
        return self.data[self._taken - count : self._taken]

    def take_descriptor(self, index: object) -> int:
        """A descriptor that came. It is the caller's; each can be taken once."""
        if type(index) is not int or not 0 <= index < len(self.descriptors):
            raise Refused("a descriptor that did not come")
        descriptor, self.descriptors[index] = self.descriptors[index], -1
        if descriptor < 0:
            raise Refused("one descriptor twice")
        return descriptor

    def close(self) -> None:
        """Close the descriptors that nobody took."""
        for descriptor in self.descriptors:
            if descriptor >= 0:
                os.close(descriptor)
        self.descriptors.clear()


class Channel:
    """One connection. Both sides take turns on it, so that it needs no lock."""

    def __init__(self, sock: socket.socket, bounds: Bounds) -> None:
        self.sock = sock
        self._bounds, self._left_bytes = bounds, bounds.in_all_bytes

    def send(self, message: dict[str, Any], parcel: Parcel) -> None:
        """Send one frame. Blocks while the other side does not read. Raises OSError.

        The parcel's descriptors stay open here. Raises Refused if the frame is too large.
        """
        text = json.dumps(message, check_circular=False).encode()
        others = sum(map(len, parcel.pieces))
        if max(len(text), others) >= 1 << 32 or len(parcel.descriptors) > DESCRIPTORS:
            raise Refused("too large to be sent")
        head = HEAD.pack(len(text), others, len(parcel.descriptors)) + text
        pieces = [head, *parcel.pieces]
        if others <= CHUNK_BYTES:  # a copy costs less than a call for each piece
            pieces = [b"".join(pieces)]
        sent = socket.send_fds(self.sock, pieces[:1], parcel.descriptors)
        pieces[0] = memoryview(pieces[0])[sent:]
        for piece in filter(None, pieces):  # to send nothing is a system call, too
            self.sock.sendall(piece)

    def receive(self) -> tuple[dict[str, Any], Parcel]:
        """The next frame. Blocks. Raises Ended at the end of the stream, Refused, OSError."""
        head, descriptors, _, _ = socket.recv_fds(self.sock, HEAD.size, DESCRIPTORS)
        if not head:
            raise Ended
        parcel = Parcel(descriptors=list(descriptors))
        try:
            return self._rest(head, parcel), parcel
        except BaseException:
            parcel.close()
            raise

    def _rest(self, head: bytes, parcel: Parcel) -> dict[str, Any]:
        text_bytes, other_bytes, count = HEAD.unpack(self._exactly(HEAD.size, head))
        self._left_bytes -= text_bytes + other_bytes
        fits = text_bytes <= self._bounds.text_bytes and other_bytes <= self._bounds.other_bytes
        if not fits or self._left_bytes < 0 or count != len(parcel.descriptors):
            raise Refused("more than may be sent")
        text = self._exactly(text_bytes)
        parcel.data = self._exactly(other_bytes)
        try:
            message = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise Refused("no JSON") from error
        if not isinstance(message, dict):
            raise Refused("no message")
        return message

    def _exactly(self, count: int, data: bytes = b"") -> bytes:
        received = bytearray(data)
        while len(received) < count:
            piece = self.sock.recv(min(CHUNK_BYTES, count - len(received)))
            if not piece:
                raise Ended
            received += piece
        return bytes(received)


class Codec:
    """Turns values into what a frame holds, and back. Each side says what its objects become."""

    def pack(self, value: Any, parcel: Parcel, depth: int = DEPTH) -> Any:
        """Return `value` for the text of a frame. Takes exact types: no subclass travels."""
        if value is None or type(value) in AS_IT_IS:
            return value
        if isinstance(value, bytes | bytearray | memoryview):
            return self._pack_raw(value, parcel)
        for kind, exact in EXACT.items():
            if isinstance(value, kind):
                return exact(value)
        if depth and isinstance(value, tuple | list | set | frozenset | dict | BaseException):
            return self._pack_whole(value, parcel, depth - 1)
        return self.pack_object(value, parcel)

    def _pack_raw(self, value: Any, parcel: Parcel) -> list:
        kind = next(name for name in RAW if isinstance(value, RAW[name]))
        data = memoryview(value).tobytes()
        parcel.pieces.append(data)
        return [kind, len(data)]

    def _pack_whole(self, value: Any, parcel: Parcel, depth: int) -> list:
        if isinstance(value, BaseException):
            return self.pack_error(value, parcel, depth)
        if isinstance(value, dict):
            pairs = [part for pair in dict.items(value) for part in pair]
            return ["dict", *(self.pack(part, parcel, depth) for part in pairs)]
        kind = next(name for name in PLAIN if isinstance(value, PLAIN[name]))
        parts = [self.pack(part, parcel, depth) for part in PLAIN[kind].__iter__(value)]
        if kind == "tuple" and hasattr(type(value), "_fields"):
            return ["named", *name_of(type(value)), *parts]
        return [kind, *parts]

    def pack_error(self, error: BaseException, parcel: Parcel, depth: int = DEPTH) -> list:
        """Its classes by name, the nearest one first; arguments, attributes and text."""
        names = [name_of(each) for each in type(error).__mro__]
        notes = {k: v for k, v in vars(error).items() if isinstance(v, int | str | bytes | None)}
        text = "it can't be told"
        with suppress(Exception):
            text = str(error)
        args = error.args
        if isinstance(error, OSError) and len(args) == 2:
            args = (error.errno, error.strerror)  # who changes these leaves `args` as they were
        args = tuple(part[:WORDS] if isinstance(part, str) else part for part in args)
        parts = [self.pack(part, parcel, depth) for part in (args, notes)]
        return ["error", names, *parts, text[:WORDS]]

    def unpack(self, value: Any, parcel: Parcel, depth: int = DEPTH) -> Any:
        """The value that `pack` was given on the other side. Raises Refused for any other."""
        if not isinstance(value, list):
            if isinstance(value, dict) or (isinstance(value, str) and len(value) > TEXT):
                raise Refused("a value of no kind, or too long a text")
            return value
        if not depth or not value or not isinstance(value[0], str):
            raise Refused("a value of no kind, or too deep")
        kind, *parts = value
        if kind in RAW and len(parts) == 1:
            return RAW[kind](parcel.take(parts[0]))
        if kind in PLAIN or kind == "dict":
            return self._unpack_whole(kind, parts, parcel, depth - 1)
        if kind == "named" and len(parts) >= 2:
            whole = tuple(self.unpack(part, parcel, depth - 1) for part in parts[2:])
            return self._named(parts[:2], whole)
        if kind == "error" and len(parts) == 4:
            return self._unpack_error(*parts, parcel, depth - 1)
        return self.unpack_object(kind, parts, parcel)

    def _unpack_whole(self, kind: str, parts: list, parcel: Parcel, depth: int) -> Any:
        whole = [self.unpack(part, parcel, depth) for part in parts]
        try:
            if kind == "dict":
                return dict(zip(whole[::2], whole[1::2], strict=True))
            return PLAIN[kind](whole)
        except (TypeError, ValueError) as error:
            raise Refused("parts that make no whole") from error

    def _named(self, name: list, whole: tuple) -> tuple:
        known = self.known(*name)
        fields = getattr(known, "_fields", None)
        if fields is None or not issubclass(known, tuple) or len(fields) != len(whole):
            return whole
        return known(*whole)

    def _unpack_error(
        self, names: Any, args: Any, notes: Any, text: Any, parcel: Parcel, depth: int
    ) -> Exception:
        args, notes = self.unpack(args, parcel, depth), self.unpack(notes, parcel, depth)
        named = isinstance(names, list) and all(isinstance(n, list) and len(n) == 2 for n in names)
        if not named or type(args) is not tuple or type(notes) is not dict:
            raise Refused("an error that is none")
        for known in (self.known(*name) for name in names[:DEPTH]):
            if isinstance(known, type) and issubclass(known, Exception):
                with suppress(Exception):
                    return rebuilt(known, args, notes)
        return Exception(str(text)[:WORDS])

    def pack_object(self, value: Any, parcel: Parcel) -> Any:
        raise NotImplementedError

    def unpack_object(self, kind: str, parts: list, parcel: Parcel) -> Any:
        raise NotImplementedError

    def known(self, module: Any, name: Any) -> Any:
        """What this side knows under that name, or None."""
        raise NotImplementedError


def name_of(kind: type) -> list[str]:
    return [str(kind.__module__), str(kind.__qualname__)]


def rebuilt(kind: type[Exception], args: tuple, notes: dict) -> Exception:
    """An exception of this class as it was. Raises whatever goes wrong, and if it can't be told.

    The `__init__` of one that is not Python's own may want other arguments: it is not called.
    """
    of_python = kind.__module__ == "builtins"  # its fields, as a SyntaxError's line, come by init
    error = kind(*args) if of_python else kind.__new__(kind, *args)
    if not isinstance(error, Exception):
        raise Refused("an error that is none")
    error.args = args
    vars(error).update({str(name): note for name, note in notes.items()})
    str(error), repr(error)
    return error
