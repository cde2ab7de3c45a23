"""Part of lab 09, given: processes that serve one address together.

Starts them, looks after them and ends them. Knows nothing of what they do.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable

YOUNG_S = 0.3  # a worker that dies younger than this would die again
HEEDED = {signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGUSR1}  # by the first process

Serve = Callable[[socket.socket], object]


class Workers:
    """Processes that serve a listener each, and another one in the place of each that dies.

    This process keeps all listeners open, too, and accepts nobody. So when a worker dies, the
    clients in its queue are not lost: they wait for its successor.
    """

    def __init__(self, listeners: list[socket.socket], serve: Serve) -> None:
        self.listeners, self.serve = listeners, serve
        self.running: dict[int, tuple[socket.socket, float]] = {}  # pid: its listener, since when
        self.is_stopping = self.has_failed = False
        self.alive: tuple[int, ...] = ()  # a pipe; only the first process has its writing end

    @staticmethod
    def apart(function: Callable[..., object], *args: object) -> int:
        """Call `function(*args)` in a new process, a copy of this one. Returns its pid at once.

        `os.fork` returns twice: 0 in the new process, and the new one's pid in this one. The new
        one must not go on with what the caller was doing, so `os._exit` ends it: with status 0, or
        1 if the function returned False or raised.
        """
        pid = os.fork()
        if pid:
            return pid
        status = 1
        try:
            status = int(function(*args) is False)
        except BaseException:  # noqa: BLE001 - whatever it is, it ends this process and no other
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            os._exit(status)

    @staticmethod
    def end_of(pid: int) -> int:
        """How a process of `apart` ended: its status, or minus a signal. Blocks until then."""
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    def start(self, listener: socket.socket) -> None:
        """Have `listener` served by a process of its own, and note it in `running`.

        Raises RuntimeError if HEEDED are not held back: the worker might end before anybody waits.
        """
        if missing := HEEDED - signal.pthread_sigmask(signal.SIG_BLOCK, ()):
            names = ", ".join(sorted(number.name for number in missing))
            raise RuntimeError(f"not held back before a worker starts: {names}")
        self.alive = self.alive or os.pipe()
        self.running[self.apart(self.be_worker, listener)] = listener, time.monotonic()

    def be_worker(self, listener: socket.socket) -> None:
        """What the new process does. It has the other listeners, too, and would keep them open."""
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        for other in self.listeners:
            if other is not listener:
                other.close()
        os.close(self.alive[1])
        threading.Thread(target=self.end_with_the_first, daemon=True).start()
        self.serve(listener)

    def end_with_the_first(self) -> None:
        """Wait for the end of the first process, whichever it has. Blocks until then.

        Its end of the pipe is closed then, by the kernel if need be, and `read` sees the end.
        """
        os.read(self.alive[0], 1)
        os.kill(os.getpid(), signal.SIGTERM)

    def tell(self, number: int) -> None:
        """Send a signal to all workers."""
        for pid in self.running:
            os.kill(pid, number)

    def stop(self) -> None:
        """Have all workers end: send SIGTERM to each, and close the listeners here.

        From now on nobody is replaced (`is_stopping`), and new clients are refused, while the
        workers finish what they have begun. To do it twice is no error.
        """
        self.is_stopping = True
        self.tell(signal.SIGTERM)
        for listener in self.listeners:
            listener.close()

    def look_after(self) -> None:
        """Take notice of every worker that has ended: no longer in `running`, and `replace` it.

        `os.waitpid(-1, os.WNOHANG)` gives the pid and the status of one of them; pid 0 if none has
        ended. Signals are not counted: one SIGCHLD may stand for several workers. So ask until
        there is none. With no child process at all it would raise ChildProcessError.

        Returns None. Does not block.
        """
        while self.running:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            self.replace(pid, status, *self.running.pop(pid))

    def replace(self, pid: int, status: int, listener: socket.socket, born_s: float) -> None:
        """Say that a worker has died, and start another one, unless all are to end.

        One that died young would only die again: then all end, with an error.
        """
        if self.is_stopping:
            return
        code = os.waitstatus_to_exitcode(status)
        how = f"with exit status {code}" if code >= 0 else f"of {signal.Signals(-code).name}"
        print(f"worker {pid} has died {how}", file=sys.stderr, flush=True)
        if time.monotonic() - born_s >= YOUNG_S:
            self.start(listener)
        else:
            self.has_failed = True
            self.stop()
