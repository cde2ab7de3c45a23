"""As few lines as can be."""


class EpollLoop:
    def register(self, sock, on_readable, on_writable):
        if sock.fileno() == -1:
            raise ValueError(sock)
        self.unregister(sock)
        self._watches[sock] = self._by_number[sock.fileno()] = new = Told(
            sock, on_readable, on_writable
        )
        self._changed.add(new)

    def unregister(self, sock):
        if watch := self._watches.pop(sock, None):
            watch.wants_read = watch.wants_write = False
            self._changed -= {watch}
            if self._by_number[watch.number] is watch:
                del self._by_number[watch.number]
            if watch.events and sock.fileno() >= 0:
                self._epoll.unregister(sock)

    def want_read(self, sock, yes):
        self._watches[sock].wants_read = yes
        self._changed.add(self._watches[sock])

    def _tell_the_kernel(self):
        for watch in self._changed:
            if watch.events:
                self._epoll.unregister(watch.number)
            watch.events = 0
            if wanted := watch.wants_read * READ + watch.wants_write * WRITE:
                self._epoll.register(watch.number, wanted)
            watch.events = wanted
        self._changed.clear()

    def _ready(self, timeout_s):
        self._tell_the_kernel()
        found = [(self._by_number.get(n), what) for n, what in self._epoll.poll(timeout_s)]
        named = [(watch, what) for watch, what in found if watch]
        return [w for w, what in named if what != WRITE], [w for w, what in named if what != READ]


class PipePool:
    def take(self):
        with suppress(OSError):
            if self.lent < self.limit:
                pipe = self.empty.pop() if self.empty else Pipe()
                self.lent += 1
                return pipe

    def give_back(self, pipe, held):
        self.lent -= 1
        pipe.close() if held else self.empty.append(pipe)


class PipeBuffer:
    pending = property(lambda self: self.held + len(self._waiting))
    is_full = property(lambda self: bool(self.held) or len(self._waiting) >= self.limit_bytes)

    def splice_from(self, source):
        if self.pending or not (pipe := self.pool.take()):
            return None
        self.pipe = pipe
        try:
            self.held = os.splice(source.fileno(), pipe.entry, PIPE_BYTES, flags=MOVE)
            return self.held
        finally:
            self.held or self.drop()

    def flush(self, sock):
        moved = 0
        if self._waiting:
            moved = SendBuffer.flush(self, sock)
        with suppress(BlockingIOError):
            if self.held:
                moved = os.splice(self.pipe.drain, sock.fileno(), self.held, flags=MOVE)
                self.held -= moved
                self.held or self.drop()
        return moved


class SpliceFlow:
    def on_readable(self):
        with suppress(BlockingIOError):
            if (moved := self.waiting.splice_from(self.source)) is None:
                return super(SpliceFlow, self).on_readable()
            self.has_ended = not moved
            self.on_writable()


def open_listeners(host, port, count):
    with open_listener(host, port) as first:
        where, family, listeners = first.getsockname(), first.family, []
    try:
        while len(listeners) < count:
            listeners.append(socket.create_server(where, family=family, reuse_port=True))
    except OSError:
        [listener.close() for listener in listeners]
        raise
    return listeners


def serve_with_workers(listeners, serve):
    signal.pthread_sigmask(signal.SIG_BLOCK, HEEDED)
    workers = Workers(listeners, serve)
    reactions = {signal.SIGCHLD: workers.look_after}
    reactions[signal.SIGUSR1] = lambda: workers.tell(signal.SIGUSR1)
    [workers.start(listener) for listener in listeners]
    while workers.running:
        reactions.get(signal.sigwait(HEEDED), workers.stop)()
    return not workers.has_failed
