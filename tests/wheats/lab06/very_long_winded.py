"""Every step by itself; lists instead of dicts; accepts all who are there; sends piece by piece."""


class SelectLoop:
    def register(self, sock, on_readable, on_writable):
        if sock.fileno() < 0 or sock.fileno() >= 1024:
            raise ValueError("select can't watch this one")
        if sock in self._watches:
            self.unregister(sock)
        watch = Watch(sock, on_readable, on_writable)
        watch.wants_read = True
        watch.wants_write = False
        self._watches[sock] = watch

    def want_read(self, sock, yes):
        if sock not in self._watches:
            raise KeyError(sock)
        watch = self._watches[sock]
        if yes:
            watch.wants_read = True
        else:
            watch.wants_read = False

    def want_write(self, sock, yes):
        if sock not in self._watches:
            raise KeyError(sock)
        watch = self._watches[sock]
        if yes:
            watch.wants_write = True
        else:
            watch.wants_write = False

    def unregister(self, sock):
        if sock not in self._watches:
            return
        del self._watches[sock]

    def run_once(self, timeout_s=None):
        readers = []
        writers = []
        before = {}
        for sock, watch in self._watches.items():
            before[sock] = watch
            if watch.wants_read:
                readers.append(sock)
            if watch.wants_write:
                writers.append(sock)
        readable, writable, exceptional = select.select(
            readers, writers, [], self._sleep_s(timeout_s)
        )
        for sock in before:
            if sock in readable:
                now = self._watches.get(sock)
                if now is before[sock] and now.wants_read:
                    self._run(now.on_readable, sock)
            if sock in writable:
                now = self._watches.get(sock)
                if now is before[sock] and now.wants_write:
                    self._run(now.on_writable, sock)
        for timer in self._due():
            callback = timer.callback
            if callback is None:
                continue
            self._run(callback)

    def call_later(self, delay_s, callback):
        now_s = time.monotonic()
        timer = Timer(now_s + delay_s, callback)
        self._timers.append(timer)
        heapq._siftdown(self._timers, 0, len(self._timers) - 1)
        return timer

    def call_from_thread(self, callback):
        self._calls.append(callback)
        try:
            self._waker.send(b"wake up")
        except OSError:
            return


class EchoConnection:
    def on_readable(self):
        try:
            data = self.sock.recv(1_000)
        except BlockingIOError:
            return
        except OSError:
            self.close()
            return
        if data == b"":
            self.has_ended = True
        else:
            self.waiting.append(data)
        self.tell_the_loop()
        if self.has_ended and self.waiting.pending == 0:
            self.close()

    def on_writable(self):
        try:
            while self.waiting.pending > 0:
                if self.waiting.flush(self.sock) == 0:
                    break
        except OSError:
            self.close()
            return
        if self.waiting.pending == 0 and self.has_ended:
            self.close()
            return
        self.tell_the_loop()

    def tell_the_loop(self):
        if self.has_ended:
            self.loop.want_read(self.sock, False)
        elif self.waiting.is_full:
            self.loop.want_read(self.sock, False)
        else:
            self.loop.want_read(self.sock, True)
        if self.waiting.pending > 0:
            self.loop.want_write(self.sock, True)
        else:
            self.loop.want_write(self.sock, False)

    def close(self):
        self.loop.unregister(self.sock)
        try:
            self.sock.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        self.sock.close()


class EchoServer:
    def on_readable(self):
        while True:
            try:
                client, address = self.listener.accept()
            except BlockingIOError:
                return
            except ConnectionAbortedError:
                continue
            except OSError as error:
                self.stop_accepting(error)
                return
            client.setblocking(False)
            try:
                EchoConnection(self.loop, client)
            except ValueError:
                continue
