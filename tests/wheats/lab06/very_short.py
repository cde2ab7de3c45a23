"""Each method as short as it gets; the echo server's connection lives in closures."""


class SelectLoop:
    def register(self, sock, on_readable, on_writable):
        self.unregister(sock)
        require_watchable(sock)
        self._watches[sock] = Watch(sock, on_readable, on_writable)

    def want_read(self, sock, yes):
        self._watches[sock].wants_read = bool(yes)

    def want_write(self, sock, yes):
        self._watches[sock].wants_write = bool(yes)

    def unregister(self, sock):
        if sock in self._watches:
            watch = self._watches.pop(sock)
            watch.wants_read = watch.wants_write = False

    def run_once(self, timeout_s=None):
        r = [w for w in self._watches.values() if w.wants_read]
        w = [w for w in self._watches.values() if w.wants_write]
        r, w, _ = select.select(r, w, (), self._sleep_s(timeout_s))
        for watch in w:
            watch.wants_write and self._run(watch.on_writable, watch.sock)
        for watch in r:
            watch.wants_read and self._run(watch.on_readable, watch.sock)
        for timer in self._due():
            timer.callback and self._run(timer.callback)

    def call_later(self, delay_s, callback):
        heapq.heappush(self._timers, timer := Timer(time.monotonic() + delay_s, callback))
        return timer

    def call_from_thread(self, callback):
        self._calls += [callback]
        with suppress(OSError):
            self._waker.send(b"1")


class EchoConnection:
    def __init__(self, loop, sock):
        def close():
            loop.unregister(sock)
            sock.close()

        def step(data=None):
            nonlocal ended
            try:
                if data is None:
                    data = sock.recv(9_000)
                    ended = not data
                    kept.extend(data)
                if kept:
                    del kept[: sock.send(kept)]
            except BlockingIOError:
                pass
            except OSError:
                return close()
            if ended and not kept:
                return close()
            loop.want_write(sock, kept)
            loop.want_read(sock, not ended and len(kept) < 256 * 1024)

        kept, ended, self.close = bytearray(), False, close
        loop.register(sock, step, lambda: step(b""))


class EchoServer:
    def on_readable(self):
        try:
            client = self.listener.accept()[0]
            client.setblocking(False)
            EchoConnection(self.loop, client)
        except (BlockingIOError, ConnectionAbortedError):
            pass
        except OSError as error:
            self.stop_accepting(error)
