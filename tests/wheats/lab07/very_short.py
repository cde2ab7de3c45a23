"""As short as it gets."""

import errno


def start_connect(endpoint):
    family, address = address_of(endpoint)
    sock = socket.socket(family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    if (code := sock.connect_ex(address)) != errno.EINPROGRESS:
        sock.close()
        raise OSError(code, "at once")
    return sock


def finish_connect(sock):
    if code := sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
        raise OSError(code, "later")


class Flow:
    def on_readable(self):
        with suppress(BlockingIOError):
            self.has_ended = not (data := self.source.recv(CHUNK_BYTES))
            self.waiting.append(data)
            self.on_writable()

    def on_writable(self):
        self.passed += self.waiting.flush(self.sink)
        self.is_done = self.has_ended and not self.waiting.pending
        self.is_done and finish_sending(self.sink)
        self.tell_the_loop()

    def tell_the_loop(self):
        self.loop.want_read(self.source, not (self.has_ended or self.waiting.is_full))
        self.loop.want_write(self.sink, bool(self.waiting.pending))


class Tunnel:
    def begin(self, to_origin, to_client):
        self.upstream.waiting.append(to_origin)
        self.downstream.waiting.append(to_client)
        self.upstream.tell_the_loop()
        self.downstream.tell_the_loop()

    def step(self, move):
        try:
            move()
            self.upstream.is_done and self.downstream.is_done and self.end(None)
        except OSError as error:
            self.end(error)

    def end(self, error):
        was_open, self.is_open = self.is_open, False
        if was_open:
            for sock in (self.client, self.origin):
                self.loop.unregister(sock)
                http.abort(sock) if error else sock.close()
            self.timer.cancel()
            self.on_done(error)
