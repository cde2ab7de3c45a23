"""Who wants nothing stays in epoll, edge-triggered: a hang-up is told once, and not for ever."""

EDGE = getattr(select, "EPOLLET", 0)


class EpollLoop:
    def register(self, sock, on_readable, on_writable):
        if sock.fileno() < 0:
            raise ValueError("closed")
        self.unregister(sock)
        watch = Told(sock, on_readable, on_writable)
        self._watches[sock] = self._by_number[watch.number] = watch
        self._changed.add(watch)

    def unregister(self, sock):
        watch = self._watches.pop(sock, None)
        if not watch:
            return
        watch.wants_read = watch.wants_write = False
        self._changed.discard(watch)
        if self._by_number.get(watch.number) is watch:
            self._by_number.pop(watch.number)
            if watch.events and sock.fileno() >= 0:
                self._epoll.unregister(watch.number)

    def want_read(self, sock, yes):
        watch = self._watches[sock]
        watch.wants_read = yes
        self._changed.add(watch)

    def _tell_the_kernel(self):
        for watch in self._changed:
            wanted = READ * watch.wants_read | WRITE * watch.wants_write or EDGE
            if wanted != watch.events:
                tell = self._epoll.modify if watch.events else self._epoll.register
                tell(watch.number, wanted)
                watch.events = wanted
        self._changed.clear()

    def _ready(self, timeout_s):
        self._tell_the_kernel()
        events = self._known(self._epoll.poll(-1 if timeout_s is None else timeout_s))
        if any(
            not (self._by_number[n].wants_read or self._by_number[n].wants_write) for n, _ in events
        ):
            events += self._known(self._epoll.poll(timeout_s)) if len(events) == 1 else []
        ready = {self._by_number[number]: what for number, what in events}
        return (
            [watch for watch, what in ready.items() if what & ~WRITE],
            [watch for watch, what in ready.items() if what & ~READ],
        )

    def _known(self, events):
        return [(number, what) for number, what in events if number in self._by_number]


class PipePool:
    def take(self):
        if self.lent >= self.limit:
            return None
        if not self.empty:
            try:
                self.empty.append(Pipe())
            except OSError:
                return None
        self.lent += 1
        return self.empty.pop()

    def give_back(self, pipe, held):
        self.lent -= 1
        if held:
            os.close(pipe.drain)
            os.close(pipe.entry)
        else:
            self.empty.append(pipe)


class PipeBuffer:
    @property
    def pending(self):
        return self.held or len(self._waiting)

    @property
    def is_full(self):
        return self.pipe is not None or len(self._waiting) >= self.limit_bytes

    def splice_from(self, source):
        if self.pending:
            return None
        self.pipe = self.pool.take()
        if self.pipe is None:
            return None
        try:
            self.held = os.splice(source.fileno(), self.pipe.entry, PIPE_BYTES, flags=MOVE)
        finally:
            if not self.held:
                self.drop()
        return self.held

    def flush(self, sock):
        if self.pipe is None:
            return SendBuffer.flush(self, sock)
        before = self.held
        try:
            while self.held:
                self.held -= os.splice(self.pipe.drain, sock.fileno(), self.held, flags=MOVE)
            self.drop()
        except BlockingIOError:
            pass
        return before - self.held


class SpliceFlow:
    def on_readable(self):
        try:
            moved = self.waiting.splice_from(self.source)
            if moved is None:
                Flow.on_readable(self)
                return
        except BlockingIOError:
            return
        self.has_ended = moved == 0
        self.on_writable()


def open_listeners(host, port, count):
    open_listener(host, port).close() if port else None
    listeners = []
    try:
        for _ in range(count):
            listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
            listeners.append(listener)
            for option in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):
                listener.setsockopt(socket.SOL_SOCKET, option, True)
            listener.bind((host, port))
            listener.listen(BACKLOG)
            port = port or listener.getsockname()[1]
    except OSError:
        while listeners:
            listeners.pop().close()
        raise
    return listeners


def serve_with_workers(listeners, serve):
    signal.pthread_sigmask(signal.SIG_BLOCK, HEEDED)
    workers = Workers(listeners, serve)
    for listener in listeners:
        workers.start(listener)
    while workers.running:
        number = signal.sigwaitinfo(HEEDED).si_signo
        {signal.SIGCHLD: workers.look_after, signal.SIGUSR1: lambda: workers.tell(number)}.get(
            number, workers.stop
        )()
    return not workers.has_failed
