"""How values cross between the process that judges and a student's, as the judge sees it.

What comes is plain data, or a number for an object over there, or it is refused. What goes is plain
data, a socket that is given away, or a number for an object that stays here.
"""

from __future__ import annotations

import builtins
import contextlib
import importlib
import os
import socket
from abc import abstractmethod
from collections.abc import Callable
from types import ModuleType
from typing import Any

from workbench import handlers
from workbench.journal import RecordedSocket
from workbench.sandbox.faults import CheckerFault
from workbench.sandbox.wire import Codec, Parcel, Refused

LONGEST_KIND = 100
#: What is done over there with a socket that was given away.
FAR = (
    "accept", "close", "connect", "dup", "fileno", "getblocking", "getpeername", "getsockname",
    "getsockopt", "gettimeout", "listen", "recv", "send", "sendall", "setblocking", "setsockopt",
    "settimeout", "shutdown",
)  # fmt: skip


class Handle:
    """An object of the submission's. Its attributes and calls are asked for over there."""

    __slots__ = ("_kind", "_number", "_remote")

    def __init__(self, remote: Crossing, number: int, kind: str) -> None:
        for name, value in zip(self.__slots__, (kind, number, remote), strict=True):
            object.__setattr__(self, name, value)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._remote.get(self._number, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._remote.set(self._number, name, value)

    def __call__(self, *args: Any, **named: Any) -> Any:
        return self._remote.call(self._number, "", args, named)

    def __bool__(self) -> bool:
        return True

    def __len__(self) -> int:
        return self._remote.call(self._number, "__len__", (), {})

    def __repr__(self) -> str:
        return f"<{self._kind} object>"


class Crossing(Codec):
    """The judge's book: what it was told of, what it has given away, and what it has lent."""

    def __init__(self) -> None:
        self._handles: dict[int, Handle] = {}
        self._given: dict[socket.socket, int] = {}
        self._stand_ins: dict[type, type] = {}
        self.lent: list[Any] = []  # objects that are called from over there, by number
        self._lent_numbers: dict[int, int] = {}  # id → number

    @abstractmethod
    def get(self, number: int, name: str) -> Any:
        """An attribute of an object over there."""

    @abstractmethod
    def set(self, number: int, name: str, value: Any) -> None:
        """Change an attribute of an object over there."""

    @abstractmethod
    def call(self, number: int, name: str, args: tuple, named: dict[str, Any]) -> Any:
        """Call an object over there, or its method of that name."""

    @abstractmethod
    def expect_calls(self) -> None:
        """An object was lent: from now on calls may come from any thread over there."""

    def pack_object(self, value: Any, parcel: Parcel) -> Any:
        if isinstance(value, Handle):
            return ["object", value._number]
        if isinstance(value, socket.socket):
            return self._give(value, parcel)
        if getattr(value, "__module__", "") == handlers.__name__:
            return ["handler", value.__name__]
        if getattr(builtins, getattr(value, "__name__", ""), None) is value:
            return ["builtin", value.__name__]
        if isinstance(value, ModuleType):
            raise CheckerFault(f"{value!r} can't be handed over")
        if id(value) not in self._lent_numbers:
            self.expect_calls()
            self._lent_numbers[id(value)] = len(self.lent)
            self.lent.append(value)  # kept, so that its id stays its own
        return ["yours", self._lent_numbers[id(value)]]

    def _give(self, sock: socket.socket, parcel: Parcel) -> list:
        """Give a socket away: what is done with it afterwards is done over there."""
        if sock in self._given:
            return ["object", self._given[sock]]
        number = self._given[sock] = -1 - len(self._given)
        if sock.fileno() < 0:
            return ["closed", number]
        timeout_s = sock.gettimeout()
        parcel.descriptors.append(sock.detach())
        is_watched = isinstance(sock, RecordedSocket)
        sock.__class__ = self._stand_in(type(sock))
        return ["socket", len(parcel.descriptors) - 1, timeout_s, number, is_watched]

    def _stand_in(self, kind: type) -> type:
        """A class for sockets of this class that were given away."""
        if kind not in self._stand_ins:
            methods = {name: self._far(name) for name in FAR}
            self._stand_ins[kind] = type(kind.__name__, (kind,), {"__slots__": (), **methods})
        return self._stand_ins[kind]

    def _far(self, name: str) -> Callable[..., Any]:
        def far(sock: socket.socket, *args: Any) -> Any:
            return self.call(self._given[sock], name, args, {})

        def close(sock: socket.socket) -> None:
            with contextlib.suppress(Exception):  # whatever has ended is closed
                self.call(self._given[sock], "close", (), {})

        return close if name == "close" else far

    def unpack_object(self, kind: str, parts: list, parcel: Parcel) -> Any:
        try:
            return {
                "object": self._handle,
                "given": self.given_back,
                "yours": self._our_own,
                "socket": lambda index, timeout_s: self._socket(index, timeout_s, parcel),
            }[kind](*parts)
        except (KeyError, TypeError, ValueError, LookupError) as error:
            raise Refused("a value of no kind") from error

    def _handle(self, number: Any, kind: Any) -> Handle:
        if type(number) is not int:
            raise Refused("no number of an object")
        if number not in self._handles:
            self._handles[number] = Handle(self, number, str(kind)[:LONGEST_KIND])
        return self._handles[number]

    def given_back(self, number: Any) -> socket.socket:
        """Our own object for a socket that was given away. Raises Refused if there is none."""
        for sock, each in self._given.items():
            if type(number) is int and each == number:
                return sock
        raise Refused("no socket of ours")

    def _our_own(self, number: Any) -> Any:
        if type(number) is not int or number < 0:
            raise Refused("no object of ours")
        return self.lent[number]

    def _socket(self, index: Any, timeout_s: Any, parcel: Parcel) -> socket.socket:
        descriptor = parcel.take_descriptor(index)
        try:
            sock = socket.socket(fileno=descriptor)
        except OSError as error:
            os.close(descriptor)
            raise Refused("a socket that is none") from error
        try:
            sock.settimeout(timeout_s)
        except BaseException:
            sock.close()
            raise
        return sock

    def known(self, module: Any, name: Any) -> Any:
        """Exceptions of Python, and types and exceptions that labs are given: the reference's."""
        if not isinstance(module, str) or not isinstance(name, str) or not name.isidentifier():
            return None
        if module == "builtins":
            return getattr(builtins, name, None)
        if module == "socket":
            return {"gaierror": socket.gaierror, "herror": socket.herror}.get(name)
        if module == handlers.__name__:
            return getattr(handlers, name, None)
        home = _reference(module)
        return home and getattr(home, name, None)


def _reference(module: str) -> ModuleType | None:
    package, _, name = module.partition(".")
    if package != "labs" or not name.isidentifier():
        return None
    with contextlib.suppress(ImportError):
        return importlib.import_module(module)
    return None
