"""Stands for a lab on the judge's side: what a check does with it is done in its own process.

Holds every expected value on this side. Believes nothing that comes from the other: it is plain
data, or a number for an object over there, or it is refused.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Any, Literal

from workbench.journal.events import Result
from workbench.sandbox.crossing import Crossing
from workbench.sandbox.faults import HasEnded, NoAnswer, NoException, OutOfTime, StudentFault
from workbench.sandbox.process import Sandbox
from workbench.sandbox.wire import Bounds, Channel, Ended, Parcel, Refused

FROM_STUDENT = Bounds(text_bytes=1 << 20, other_bytes=8 << 20, in_all_bytes=64 << 20)
GIVEN_TYPES = (BaseException, tuple)
GIVEN_VALUES = (int, str, bytes, tuple, frozenset, set, dict, float)
FRAMES, LINE = 3, 300
#: What a watched socket tells of, and the direction in which bytes went.
STREAMS: dict[str, Literal["sent", "received"] | None] = {
    "recv": "received", "send": "sent", "sendall": "sent", "shutdown": None, "close": None
}  # fmt: skip


class Lab:
    """The submission's module, as the fixture `student` gives it to a check."""

    def __init__(self, remote: Remote, reference: ModuleType) -> None:
        self._remote, self._reference = remote, reference

    def __getattr__(self, name: str) -> Any:
        """Given types and values are the reference's own; the rest is the submission's."""
        own = getattr(self._reference, name, None)
        if isinstance(own, GIVEN_VALUES) or (
            isinstance(own, type) and issubclass(own, GIVEN_TYPES)
        ):
            return own
        return self._remote.get(0, name)


class Remote(Crossing):
    """The objects of one student's process, and a channel to it for each thread that asks."""

    def __init__(self, sandbox: Sandbox, until_s: float) -> None:
        """`until_s` is when, by time.monotonic(), nothing more is asked."""
        super().__init__()
        self.sandbox, self.until_s = sandbox, until_s
        self._channels = {threading.get_ident(): Channel(sandbox.main, FROM_STUDENT)}
        self._channels_lock = threading.Lock()
        self._spare: threading.Thread | None = None

    # What checks do.

    def load(self, module: str) -> Lab:
        """Import the lab over there. Blocks. Raises what it raises."""
        self._ask({"op": "import", "name": module}, Parcel())
        return Lab(self, importlib.import_module(module))

    def code(self, name: str) -> bytes:
        """The code of a lab, compiled over there, where it is not run. Blocks.

        Raises what `compile` raises. Never to be loaded on this side.
        """
        code = self._ask({"op": "compile", "name": name}, Parcel())
        if type(code) is not bytes:
            raise NoAnswer("its answer was refused: no code")
        return code

    def get(self, number: int, name: str) -> Any:
        return self._ask({"op": "get", "of": number, "name": name}, Parcel())

    def set(self, number: int, name: str, value: Any) -> None:
        parcel = Parcel()
        message = {"op": "set", "of": number, "name": name, "value": self.pack(value, parcel)}
        self._ask(message, parcel)

    def call(self, number: int, name: str, args: tuple, named: dict[str, Any]) -> Any:
        parcel = Parcel()
        packed = self.pack(args, parcel), self.pack(named, parcel)
        message = {"op": "call", "of": number, "name": name, "args": packed[0], "named": packed[1]}
        return self._ask(message, parcel)

    def row(self, calls: Iterable[tuple]) -> list[Any]:
        """The results of many calls: (object, name of its method, arguments …). One crossing."""
        parcel = Parcel()
        packed = [[_number_of(of), name, self.pack(tuple(a), parcel)] for of, name, *a in calls]
        return self._ask({"op": "row", "calls": packed}, parcel)

    def count_descriptors(self) -> int:
        """Those that are open over there and here, without the channels between the two."""
        return self.sandbox.descriptors() + len(os.listdir("/dev/fd")) - 2 * len(self._channels)

    def close(self) -> None:
        """End the process; every thread that waits for an answer has one then."""
        self.sandbox.close()
        if self._spare:
            self._spare.join()
        for channel in self._channels.values():
            channel.sock.close()

    # Questions and answers.

    def _ask(self, message: dict[str, Any], parcel: Parcel) -> Any:
        channel = self._channel()
        self._send(channel, message, parcel)
        while True:
            answer, came = self._receive(channel)
            if answer.get("op") != "ask":
                return self._taken(answer, came)
            self._tell(channel, answer, came)

    def _send(self, channel: Channel, message: dict[str, Any], parcel: Parcel) -> None:
        try:
            with self._in_time(channel):
                channel.send(message, parcel)
        finally:
            for descriptor in parcel.descriptors:
                os.close(descriptor)  # given away: another copy would hold back its FIN

    def _receive(self, channel: Channel) -> tuple[dict[str, Any], Parcel]:
        with self._in_time(channel):
            return channel.receive()

    @contextlib.contextmanager
    def _in_time(self, channel: Channel) -> Iterator[None]:
        """What goes wrong with the channel is a fault of the other side."""
        left_s = self.until_s - time.monotonic()
        try:
            if left_s <= 0:
                raise TimeoutError
            channel.sock.settimeout(left_s)
            yield
        except TimeoutError:
            raise OutOfTime("had not returned when the check's time was up") from None
        except Refused as refused:
            raise NoAnswer(f"its answer was refused: {refused}") from None
        except (Ended, OSError):
            raise HasEnded(self.sandbox.how_it_ended()) from None

    def _taken(self, answer: dict[str, Any], came: Parcel) -> Any:
        """What an answer says. Bytes come in the order in which they were packed."""
        error = None
        try:
            if answer.get("op") == "answer":
                value = self.unpack(answer.get("value"), came)
            else:
                error = self._error(answer, came)
            log = answer.get("log")
            for told in log if _is_list(log) else []:
                self._log(self._error(told, came))
            self._write_down(self.unpack(answer.get("seen"), came))
        except (Refused, RecursionError) as refused:
            raise NoAnswer(f"its answer was refused: {refused}") from None
        finally:
            came.close()
        if error:
            raise error
        return value

    def _error(self, told: Any, came: Parcel) -> Exception:
        if not isinstance(told, dict):
            raise Refused("an error that is none")
        error = self.unpack(told.get("error"), came)
        if not isinstance(error, Exception):
            raise Refused("an error that is none")
        if told.get("is_exception") is not True:
            error = NoException(str(told.get("type"))[:LINE], str(error))
        lines = told.get("frames")
        error.frames = [str(line)[:LINE] for line in lines[:FRAMES]] if _is_list(lines) else []
        return error

    def _write_down(self, seen: Any) -> None:
        """In the journal, what it says that it did with sockets which were given to it."""
        for entry in seen if _is_list(seen) else []:
            match entry:
                case [int(number), float(at_s), str(action), asked, moved, bytes(data), *words] if (
                    action in STREAMS and _is_count(asked) and _is_count(moved)
                ):
                    outcome, note, *_ = (*(str(word)[:LINE] for word in words), "", "")
                    told = Result(moved, data, outcome, note, STREAMS[action])
                    self.given_back(number).testify(at_s, action, asked, told)
                case _:
                    raise Refused("an entry for the journal that is none")

    def _log(self, error: Exception) -> None:
        """As if the lab had written it to its log here: `driving` looks there."""
        logging.getLogger("labs").error("told by the lab", exc_info=error)

    # Calls that come back.

    def _tell(self, channel: Channel, question: dict[str, Any], came: Parcel) -> None:
        parcel = Parcel()
        try:
            answer = {"value": self.pack(self._called(question, came), parcel)}
        except (Refused, RecursionError) as refused:
            raise NoAnswer(f"its call was refused: {refused}") from None
        except Exception as error:  # noqa: BLE001 - as it would pass through the lab in one process
            parcel = Parcel()
            answer = {"error": self.pack_error(error, parcel)}
        finally:
            came.close()
        self._send(channel, {"op": "told"} | answer, parcel)

    def _called(self, question: dict[str, Any], came: Parcel) -> Any:
        number, name = question.get("of"), question.get("name")
        if type(number) is not int or not 0 <= number < len(self.lent):
            raise Refused("no object of ours")
        function = self.lent[number]
        if name:
            if not isinstance(name, str) or name.startswith("_"):
                raise Refused("no name that may be called")
            function = getattr(function, name)
        args = self.unpack(question.get("args"), came)
        if type(args) is not tuple:
            raise Refused("no arguments")
        return function(*args)

    def _serve_spare(self, channel: Channel) -> None:
        """Calls that come from threads which the submission has started."""
        self._channels[threading.get_ident()] = channel
        with contextlib.suppress(StudentFault):
            while True:
                question, came = self._receive(channel)
                self._tell(channel, question, came)

    # Channels.

    def _channel(self) -> Channel:
        thread = threading.get_ident()
        with self._channels_lock:
            if thread not in self._channels:
                self._channels[thread] = self._open("channel")
            return self._channels[thread]

    def _open(self, op: str) -> Channel:
        ours, theirs = socket.socketpair()
        control = Channel(self.sandbox.control, FROM_STUDENT)
        self._send(control, {"op": op}, Parcel(descriptors=[theirs.detach()]))
        _, came = self._receive(control)  # it is open
        came.close()
        return Channel(ours, FROM_STUDENT)

    def expect_calls(self) -> None:
        with self._channels_lock:
            if self._spare is None:
                channel = self._open("spare")
                self._spare = threading.Thread(
                    target=self._serve_spare, args=(channel,), daemon=True
                )
                self._spare.start()


def _number_of(of: Any) -> int:
    return 0 if isinstance(of, Lab) else of._number


def _is_count(value: Any) -> bool:
    return value is None or (type(value) is int and 0 <= value < 1 << 40)


def _is_list(value: Any) -> bool:
    return isinstance(value, list)
