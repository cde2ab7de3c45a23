"""Every step by itself; knows each error by its number; tells the loop only what has changed."""

import errno
import sys


def start_connect(endpoint):
    address = address_of(endpoint)
    if address[0] == socket.AF_INET6:
        sock = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
    else:
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.settimeout(0)
    try:
        sock.connect(address[1])
        connected_at_once = True
    except OSError as error:
        connected_at_once = False
        if error.errno != errno.EINPROGRESS and error.errno != errno.EWOULDBLOCK:
            sock.close()
            raise
    if connected_at_once:
        return sock
    return sock


def finish_connect(sock):
    raw = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR, 4)
    code = int.from_bytes(raw, sys.byteorder)
    if code == 0:
        return None
    if code == errno.ECONNREFUSED:
        raise ConnectionRefusedError(code, "Connection refused")
    if code == errno.ECONNRESET:
        raise ConnectionResetError(code, "Connection reset by peer")
    if code == errno.ETIMEDOUT:
        raise TimeoutError(code, "Connection timed out")
    raise OSError(code, os.strerror(code))


class Flow:
    def on_readable(self):
        try:
            data = self.source.recv(1_000)
        except BlockingIOError:
            return None
        except ConnectionResetError:
            raise
        if data == b"":
            self.has_ended = True
        else:
            self.waiting.append(data)
        self.on_writable()
        return None

    def on_writable(self):
        taken = 1
        while taken > 0 and self.waiting.pending > 0:
            taken = self.waiting.flush(self.sink)
            self.passed = self.passed + taken
        if self.has_ended is True:
            if self.waiting.pending == 0:
                if self.is_done is False:
                    self.sink.shutdown(socket.SHUT_WR)
                    self.is_done = True
        self.tell_the_loop()

    def tell_the_loop(self):
        if self.has_ended:
            self.loop.want_read(self.source, False)
        elif self.waiting.is_full:
            self.loop.want_read(self.source, False)
        else:
            self.loop.want_read(self.source, True)
        if self.waiting.pending == 0:
            self.loop.want_write(self.sink, False)
        else:
            self.loop.want_write(self.sink, True)


class Tunnel:
    def begin(self, to_origin, to_client):
        if to_origin:
            self.upstream.waiting.append(to_origin)
        if to_client:
            self.downstream.waiting.append(to_client)
        self.upstream.tell_the_loop()
        self.downstream.tell_the_loop()

    def step(self, move):
        failure = None
        try:
            move()
        except ConnectionResetError as error:
            failure = error
        except BrokenPipeError as error:
            failure = error
        except OSError as error:
            failure = error
        if failure is not None:
            self.end(failure)
        else:
            if self.upstream.is_done:
                if self.downstream.is_done:
                    self.end(None)

    def end(self, error):
        if self.is_open:
            self.is_open = False
            self.timer.cancel()
            self.loop.unregister(self.client)
            self.loop.unregister(self.origin)
            if error is None:
                self.client.close()
                self.origin.close()
            else:
                http.abort(self.origin)
                http.abort(self.client)
            self.on_done(error)
