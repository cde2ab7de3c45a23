"""Reads as much as is there without waiting, some bytes at a time, and sends when select says so."""


def start_connect(endpoint):
    family, address = address_of(endpoint)
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        sock.connect(address)
    except BlockingIOError:
        return sock
    except BaseException:
        sock.close()
        raise
    return sock


def finish_connect(sock):
    number = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if number != 0:
        raise OSError(number, "connect: " + os.strerror(number))


class Flow:
    def on_readable(self):
        for size in (1, 2, 3, 5, 8, 4_096):
            if self.has_ended or self.waiting.is_full:
                break
            try:
                piece = self.source.recv(size)
            except BlockingIOError:
                break
            self.waiting.append(piece)
            self.has_ended = not piece
        self.on_writable()

    def on_writable(self):
        while self.waiting.pending:
            taken = self.waiting.flush(self.sink)
            self.passed += taken
            if not taken:
                break
        if not self.waiting.pending and self.has_ended:
            self.is_done = True
            finish_sending(self.sink)
        self.tell_the_loop()

    def tell_the_loop(self):
        self.loop.want_write(self.sink, self.waiting.pending > 0)
        self.loop.want_read(self.source, not self.waiting.is_full and not self.has_ended)


class Tunnel:
    def begin(self, to_origin, to_client):
        self.downstream.waiting.append(to_client)
        self.downstream.tell_the_loop()
        self.upstream.waiting.append(to_origin)
        self.upstream.tell_the_loop()

    def step(self, move):
        try:
            move()
        except OSError as error:
            return self.end(error)
        if not (self.upstream.is_done and self.downstream.is_done):
            return None
        return self.end(None)

    def end(self, error):
        if not self.is_open:
            return
        self.is_open = False
        self.timer.cancel()
        self.loop.unregister(self.client)
        self.loop.unregister(self.origin)
        close = http.abort if error else socket.socket.close
        close(self.client)
        close(self.origin)
        self.on_done(error)
