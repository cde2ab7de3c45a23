"""A selector that is told of every change, a sorted list of timers, and a pipe to wake the loop."""

import bisect
import os
import selectors


class SelectLoop:
    def __init__(self):
        self._selector = selectors.SelectSelector()
        self._watches = {}
        self._timers = []
        self._calls = deque()
        self._wake_me, self._waker = os.pipe()
        os.set_blocking(self._wake_me, False)
        os.set_blocking(self._waker, False)
        self._selector.register(self._wake_me, selectors.EVENT_READ)

    def close(self):
        self._selector.close()
        os.close(self._wake_me)
        os.close(self._waker)

    def register(self, sock, on_readable, on_writable):
        require_watchable(sock)
        self.unregister(sock)
        self._watches[sock] = Watch(sock, on_readable, on_writable)
        self._tell(sock)

    def want_read(self, sock, yes):
        self._watches[sock].wants_read = yes
        self._tell(sock)

    def want_write(self, sock, yes):
        self._watches[sock].wants_write = yes
        self._tell(sock)

    def unregister(self, sock):
        watch = self._watches.pop(sock, None)
        if watch is not None:
            watch.wants_read = watch.wants_write = False
            self._forget(sock)

    def _forget(self, sock):
        try:
            self._selector.unregister(sock)
        except (KeyError, ValueError):
            pass

    def _tell(self, sock):
        watch = self._watches[sock]
        self._forget(sock)
        events = selectors.EVENT_READ * watch.wants_read | selectors.EVENT_WRITE * watch.wants_write
        if events:
            self._selector.register(sock, events, watch)

    def run_once(self, timeout_s=None):
        self._timers = [timer for timer in self._timers if timer.callback]
        if self._timers:
            left_s = max(0.0, self._timers[0].at_s - time.monotonic())
            timeout_s = left_s if timeout_s is None else min(timeout_s, left_s)
        for key, events in self._selector.select(timeout_s):
            if key.data is None:
                self._hear_the_pipe()
                continue
            if events & selectors.EVENT_READ and key.data.wants_read:
                self._run(key.data.on_readable, key.data.sock)
            if events & selectors.EVENT_WRITE and key.data.wants_write:
                self._run(key.data.on_writable, key.data.sock)
        now_s = time.monotonic()
        due = [timer for timer in self._timers if timer.at_s <= now_s]
        del self._timers[: len(due)]
        for timer in due:
            if timer.callback:
                self._run(timer.callback)

    def _hear_the_pipe(self):
        try:
            os.read(self._wake_me, 4096)
        except BlockingIOError:
            pass
        calls, self._calls = self._calls, deque()
        while calls:
            self._run(calls.popleft())

    def call_later(self, delay_s, callback):
        timer = Timer(time.monotonic() + delay_s, callback)
        bisect.insort(self._timers, timer)
        return timer

    def call_from_thread(self, callback):
        self._calls.append(callback)
        try:
            os.write(self._waker, b"!")
        except OSError:  # full, or closed
            pass
