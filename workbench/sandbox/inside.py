"""Serves one lab to the process that judges it: calls what is asked for, and says what came of it.

Knows no expected value and gives no verdict: whatever it says is the submission's own word. Runs
in the sandbox beside the submission's code, and imports the standard library only.
"""

from __future__ import annotations

import builtins
import importlib
import os
import resource
import socket
import sys
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any

from workbench.sandbox.sources import Sources
from workbench.sandbox.telling import Noted, Telling
from workbench.sandbox.wire import Bounds, Channel, Codec, Ended, Parcel, Refused

FROM_JUDGE = Bounds(64 << 20, 64 << 20, 1 << 40)


class OfJudge:
    """Stands for an object that the judge has: what is done with it, is done there."""

    def __init__(self, serving: Serving, number: int) -> None:
        self._serving, self._number = serving, number

    def __call__(self, *args: Any) -> Any:
        return self._serving.ask_judge(self._number, "", args)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *args: self._serving.ask_judge(self._number, name, args)


class Serving(Codec):
    """The objects of the lab that the judge knows by number, and the channels to it."""

    def __init__(self, main: socket.socket, sources: Sources) -> None:
        self._sources = sources
        self._here = threading.local()
        self._here.channel = Channel(main, FROM_JUDGE)
        self._spare: Channel | None = None  # for threads that the submission has started
        self._spare_lock = threading.RLock()
        self._objects: dict[int, Any] = {}
        self._numbers: dict[int, int] = {}  # id → number
        self._given: dict[int, int] = {}  # id of a socket of the judge's → its number there
        self._of_judge: dict[int, OfJudge] = {}
        self._raised: list[BaseException] = []  # kept with their locals, as a caller may
        self._noted, self._telling = Noted(), Telling()

    # What the judge asks for.

    def serve(self) -> None:
        """Answer until the judge closes the channel of this thread."""
        try:
            self._answer_until("never")
        except (Ended, OSError):
            return

    def open_channels(self, control: socket.socket) -> None:
        """For each thread of the judge's that calls, a thread here: as if they were one.

        Each is told to be open: else its descriptor would come at some later moment, and take a
        number that a lab has just closed.
        """
        channel = Channel(control, FROM_JUDGE)
        while True:
            try:
                message, parcel = channel.receive()
            except (Ended, OSError):
                return
            new = Channel(socket.socket(fileno=parcel.take_descriptor(0)), FROM_JUDGE)
            if message["op"] == "spare":
                self._spare = new
            else:
                threading.Thread(target=self._serve_on, args=(new,), daemon=True).start()
            channel.send({"op": "opened"}, Parcel())

    def _serve_on(self, channel: Channel) -> None:
        self._here.channel = channel
        self.serve()

    def _answer_until(self, op: str) -> tuple[dict[str, Any], Parcel]:
        channel = self._here.channel
        while True:
            message, parcel = channel.receive()
            if message["op"] == op:
                return message, parcel
            self._answer(channel, message, parcel)

    def _answer(self, channel: Channel, message: dict[str, Any], came: Parcel) -> None:
        leaving: list[socket.socket] = []
        try:
            value = self._do(message, came)
            if message["op"] in ("call", "row"):
                leaving = self._leaving_in(value)
            going = Parcel()
            packed = self._pack_moving(value, going, leaving)
            self._send(channel, {"op": "answer", "value": packed}, going)
        except BaseException as error:  # noqa: BLE001 - whatever it is, the judge hears of it
            self._raised.append(error)
            leaving, going = [], Parcel()
            self._send(channel, {"op": "raised", **self._told(error, going)}, going)
        for sock in leaving:
            sock.close()  # it is the judge's now; without shutdown, so that it lives on

    def _send(self, channel: Channel, answer: dict[str, Any], going: Parcel) -> None:
        try:
            answer["log"] = [self._told(error, going) for error in self._noted.take()]
            answer["seen"] = self.pack(self._telling.take(), going)
            channel.send(answer, going)
        finally:
            going.close()

    def _do(self, message: dict[str, Any], came: Parcel) -> Any:
        op = message["op"]
        if op == "import":
            self._objects[0] = importlib.import_module(message["name"])
            return None
        if op == "compile":
            return self._sources.code(message["name"])
        if op == "get":
            return getattr(self._objects[message["of"]], message["name"])
        if op == "set":
            value = self.unpack(message["value"], came)
            return setattr(self._objects[message["of"]], message["name"], value)
        if op == "call":
            args = self.unpack(message["args"], came)
            return self._method(message["of"], message["name"])(
                *args, **self.unpack(message["named"], came)
            )
        calls = [(of, name, self.unpack(args, came)) for of, name, args in message["calls"]]
        return [self._method(of, name)(*args) for of, name, args in calls]

    def _method(self, number: int, name: str) -> Callable[..., Any]:
        return getattr(self._objects[number], name) if name else self._objects[number]

    def _told(self, error: BaseException, going: Parcel) -> dict[str, Any]:
        told = {"error": self.pack_error(error, going), "type": type(error).__name__}
        told["frames"] = self._sources.frames(error.__traceback__)
        return told | {"is_exception": isinstance(error, Exception)}

    # What the lab asks of the judge.

    def ask_judge(self, number: int, name: str, args: tuple) -> Any:
        """Call an object of the judge's: on this thread's channel, or else on the spare one."""
        channel = getattr(self._here, "channel", None)
        if channel is not None:
            return self._ask_on(channel, number, name, args)
        with self._spare_lock:
            self._here.channel = self._spare
            try:
                return self._ask_on(self._spare, number, name, args)
            finally:
                del self._here.channel

    def _ask_on(self, channel: Channel, number: int, name: str, args: tuple) -> Any:
        going = Parcel()
        question = {"op": "ask", "of": number, "name": name, "args": self.pack(args, going)}
        channel.send(question, going)
        message, came = self._answer_until("told")
        if "error" in message:
            raise self.unpack(message["error"], came)
        return self.unpack(message["value"], came)

    # How values cross.

    def _leaving_in(self, value: Any) -> list[socket.socket]:
        """Sockets that are returned and were made here: they move to the judge."""
        values = value if isinstance(value, list | tuple) else [value]
        return [
            v for v in values if isinstance(v, socket.socket) and id(v) not in self._given
            and v.fileno() >= 0
        ]  # fmt: skip

    def _pack_moving(self, value: Any, going: Parcel, leaving: list[socket.socket]) -> Any:
        self._here.leaving = leaving
        try:
            return self.pack(value, going)
        finally:
            del self._here.leaving

    def pack_object(self, value: Any, parcel: Parcel) -> Any:
        if isinstance(value, OfJudge):
            return ["yours", value._number]
        if id(value) in self._given:
            return ["given", self._given[id(value)]]
        if any(value is sock for sock in getattr(self._here, "leaving", ())):
            parcel.descriptors.append(os.dup(value.fileno()))
            return ["socket", len(parcel.descriptors) - 1, value.gettimeout()]
        return ["object", self._number(value), type(value).__name__]

    def unpack_object(self, kind: str, parts: list, parcel: Parcel) -> Any:
        if kind == "socket":
            index, timeout_s, number, is_watched = parts
            descriptor = parcel.take_descriptor(index)
            if is_watched:
                sock = self._telling.watched(descriptor, number)
            else:
                sock = socket.socket(fileno=descriptor)
            sock.settimeout(timeout_s)
            return self._take(sock, number)
        if kind == "closed":
            sock = socket.socket()
            sock.close()
            return self._take(sock, parts[0])
        if kind == "object":
            return self._objects[parts[0]]
        if kind == "builtin":
            return getattr(builtins, parts[0])
        if kind == "handler":
            return getattr(importlib.import_module("workbench.handlers"), parts[0])
        if kind == "yours":
            return self._of_judge.setdefault(parts[0], OfJudge(self, parts[0]))
        raise Refused(kind)

    def _take(self, sock: socket.socket, number: int) -> socket.socket:
        self._objects[number] = sock
        self._given[id(sock)] = number
        return sock

    def _number(self, value: Any) -> int:
        if id(value) not in self._numbers:
            self._numbers[id(value)] = len(self._numbers) + 1
            self._objects[self._numbers[id(value)]] = value  # kept alive, so its id stays its own
        return self._numbers[id(value)]

    def known(self, module: Any, name: Any) -> Any:
        home = builtins if module == "builtins" else sys.modules.get(module)
        if home is None and module.startswith("labs."):
            home = importlib.import_module(module)
        return getattr(home, name, None) if isinstance(home, ModuleType) else None


def limit(limits: dict[str, int]) -> None:
    """Bound what this process may use: nobody can raise these again."""
    for name, wanted in limits.items():
        kind = getattr(resource, name)
        _, hard = resource.getrlimit(kind)
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(kind, (most, most))


def serve(control: socket.socket, main: socket.socket, sources: Sources | None = None) -> None:
    """Take the bounds and the labs from the judge, say hello, and serve. Never returns.

    `sources` are labs that are here already, and may be loaded.
    """
    message, parcel = Channel(control, FROM_JUDGE).receive()
    limit(message["limits"])
    texts = {name: parcel.take(size) for name, size in message["texts"].items()}
    compiled = {name: parcel.take(size) for name, size in message["compiled"].items()}
    if sources is None:
        sources = Sources({}, {})
        sys.meta_path.insert(0, sources)
    sources.add(texts, compiled)
    control.send(b"!")  # by whom, the kernel says
    serving = Serving(main, sources)
    threading.Thread(target=serving.open_channels, args=(control,), daemon=True).start()
    serving.serve()
    os._exit(0)
