"""Receives into memory of its own, keeps the bytes in a deque of pieces, sends with sendmsg."""

from collections import deque


def start_connect(endpoint):
    family, address = address_of(endpoint)
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setblocking(False)
    try:
        sock.connect(address)
    except BlockingIOError:
        pass
    except OSError:
        sock.close()
        raise
    return sock


def finish_connect(sock):
    code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    error = OSError(code, os.strerror(code)) if code else None
    if error is not None:
        raise error


class Pieces:
    limit_bytes = 100_000

    def __init__(self):
        self.pieces = deque()
        self.pending = 0

    @property
    def is_full(self):
        return self.pending >= self.limit_bytes

    def append(self, data):
        if data:
            self.pieces.append(memoryview(bytes(data)))
            self.pending += len(data)

    def flush(self, sock):
        try:
            taken = sock.sendmsg(list(self.pieces)[:16]) if self.pieces else 0
        except BlockingIOError:
            return 0
        left = taken
        while left:
            piece = self.pieces.popleft()
            if len(piece) > left:
                self.pieces.appendleft(piece[left:])
                break
            left -= len(piece)
        self.pending -= taken
        return taken


class Flow:
    def __init__(self, loop, source, sink):
        self.loop, self.source, self.sink = loop, source, sink
        self.waiting = Pieces()
        self.memory = bytearray(16_384)
        self.passed = 0
        self.has_ended = self.is_done = False

    def on_readable(self):
        try:
            count = self.source.recv_into(self.memory, flags=socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        self.has_ended |= count == 0
        self.waiting.append(self.memory[:count])
        self.loop.want_write(self.sink, True)
        self.loop.want_read(self.source, not self.has_ended and not self.waiting.is_full)

    def on_writable(self):
        self.passed += self.waiting.flush(self.sink)
        if self.has_ended and self.waiting.pending == 0 and not self.is_done:
            self.is_done = True
            finish_sending(self.sink)
        self.tell_the_loop()

    def tell_the_loop(self):
        wants = not self.has_ended and not self.waiting.is_full
        self.loop.want_read(self.source, wants)
        self.loop.want_write(self.sink, self.waiting.pending != 0)


class Tunnel:
    def begin(self, to_origin, to_client):
        firsts = {self.upstream: to_origin, self.downstream: to_client}
        for flow in firsts:
            flow.waiting.append(firsts[flow])
            flow.tell_the_loop()

    def step(self, move):
        try:
            move()
        except (ConnectionError, TimeoutError, OSError) as error:
            self.end(error)
        else:
            if all(flow.is_done for flow in (self.upstream, self.downstream)):
                self.end(None)

    def end(self, error):
        if not self.is_open:
            return
        self.is_open = False
        for sock in {self.client, self.origin}:
            self.loop.unregister(sock)
            if error:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            sock.close()
        self.timer.cancel()
        self.on_done(error)
