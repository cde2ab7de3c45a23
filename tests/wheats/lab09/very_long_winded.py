"""Step by step, with a name for everything."""

import errno


class EpollLoop:
    def register(self, sock, on_readable, on_writable):
        number = sock.fileno()
        is_closed = number < 0
        if is_closed:
            raise ValueError("this socket is closed")
        if sock in self._watches:
            self.unregister(sock)
        new = Told(sock, on_readable, on_writable)
        self._watches[sock] = new
        self._by_number[number] = new
        self._changed.add(new)

    def unregister(self, sock):
        if sock not in self._watches:
            return
        old = self._watches[sock]
        del self._watches[sock]
        old.wants_read = False
        old.wants_write = False
        if old in self._changed:
            self._changed.remove(old)
        owner = self._by_number.get(old.number)
        if owner is old:
            del self._by_number[old.number]
            is_open = sock.fileno() >= 0
            if is_open and old.events != 0:
                self._epoll.unregister(old.number)
                old.events = 0

    def want_read(self, sock, yes):
        watch = self._watches[sock]
        before = watch.wants_read
        watch.wants_read = yes
        if before is not yes:
            self._changed.add(watch)

    def _tell_the_kernel(self):
        for watch in list(self._changed):
            wanted = 0
            if watch.wants_read:
                wanted = wanted | READ
            if watch.wants_write:
                wanted = wanted | WRITE
            if wanted == watch.events:
                continue
            if watch.events == 0:
                self._epoll.register(watch.number, wanted)
            elif wanted == 0:
                self._epoll.unregister(watch.number)
            else:
                self._epoll.modify(watch.number, wanted)
            watch.events = wanted
        self._changed = set()

    def _ready(self, timeout_s):
        self._tell_the_kernel()
        readable = []
        writable = []
        if timeout_s is None:
            events = self._epoll.poll()
        else:
            events = self._epoll.poll(timeout_s)
        for number, what in events:
            if number not in self._by_number:
                continue
            watch = self._by_number[number]
            has_failed = (
                what & (select.EPOLLHUP | select.EPOLLERR) if hasattr(select, "epoll") else 0
            )
            if what & READ or has_failed:
                readable.append(watch)
            if what & WRITE or has_failed:
                writable.append(watch)
        return readable, writable


class PipePool:
    def take(self):
        if self.lent == self.limit or self.limit == 0:
            return None
        if len(self.empty) > 0:
            pipe = self.empty.pop(0)
        else:
            try:
                pipe = Pipe()
            except OSError as error:
                assert error.errno in (errno.EPERM, errno.EMFILE, errno.ENFILE), error
                return None
        self.lent = self.lent + 1
        return pipe

    def give_back(self, pipe, held):
        self.lent = self.lent - 1
        if held == 0:
            self.empty.append(pipe)
        else:
            pipe.close()


class PipeBuffer:
    @property
    def pending(self):
        in_memory = len(self._waiting)
        in_the_pipe = self.held
        return in_memory + in_the_pipe

    @property
    def is_full(self):
        if self.held > 0:
            return True
        return len(self._waiting) >= self.limit_bytes

    def splice_from(self, source):
        if self.pending > 0:
            return None
        pipe = self.pool.take()
        if pipe is None:
            return None
        try:
            moved = os.splice(source.fileno(), pipe.entry, PIPE_BYTES, flags=MOVE)
        except OSError:
            self.pool.give_back(pipe, 0)
            raise
        if moved == 0:
            self.pool.give_back(pipe, 0)
            return 0
        self.pipe = pipe
        self.held = moved
        return moved

    def flush(self, sock):
        if self.held == 0:
            return SendBuffer.flush(self, sock)
        try:
            moved = os.splice(self.pipe.drain, sock.fileno(), self.held, flags=MOVE)
        except BlockingIOError:
            moved = 0
        self.held = self.held - moved
        if self.held == 0:
            self.pool.give_back(self.pipe, 0)
            self.pipe = None
        return moved


class SpliceFlow:
    def on_readable(self):
        try:
            moved = self.waiting.splice_from(self.source)
        except BlockingIOError:
            return
        if moved is None:
            Flow.on_readable(self)
            return
        if moved == 0:
            self.has_ended = True
        self.on_writable()


def open_listeners(host, port, count):
    first = open_listener(host, port)
    family = first.family
    address = first.getsockname()
    first.close()
    listeners = []
    for _ in range(count):
        try:
            listener = socket.socket(family, socket.SOCK_STREAM)
            listeners.append(listener)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(BACKLOG)
        except OSError:
            for each in listeners:
                each.close()
            raise
    return listeners


def serve_with_workers(listeners, serve):
    signal.pthread_sigmask(signal.SIG_BLOCK, HEEDED)
    workers = Workers(listeners, serve)
    for listener in listeners:
        workers.start(listener)
    while len(workers.running) > 0:
        number = signal.sigwait(HEEDED)
        if number == signal.SIGCHLD:
            workers.look_after()
        if number == signal.SIGUSR1:
            workers.tell(signal.SIGUSR1)
        if number in (signal.SIGTERM, signal.SIGINT):
            workers.stop()
    if workers.has_failed:
        return False
    return True
