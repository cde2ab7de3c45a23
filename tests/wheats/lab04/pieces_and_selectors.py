"""A deque of pieces sent with one sendmsg, select instead of poll, recv_into instead of recv."""

from collections import deque


def send_all(sock, data):
    sent = 0
    while sent < len(data):
        if sock.gettimeout() == 0:
            select.select([], [sock], [])
        sent += sock.send(data[sent : sent + 10_000])


class SendBuffer:
    def __init__(self, limit_bytes=262_144):
        self.limit_bytes = limit_bytes
        self.pieces = deque()

    @property
    def pending(self):
        return sum(map(len, self.pieces))

    @property
    def is_full(self):
        return self.pending >= self.limit_bytes

    def append(self, data):
        self.pieces.append(memoryview(bytes(data)))

    def flush(self, sock):
        if not self.pieces:
            return 0
        try:
            taken = left = sock.sendmsg(list(self.pieces)[:64])
        except BlockingIOError:
            return 0
        while left:
            piece = self.pieces.popleft()
            if len(piece) > left:
                self.pieces.appendleft(piece[left:])
            left -= min(left, len(piece))
        return taken


def finish_sending(sock):
    try:
        sock.getpeername()
    except OSError as error:
        if error.errno == errno.ENOTCONN:
            return
        raise
    try:
        sock.shutdown(socket.SHUT_WR)
    except OSError as error:
        if error.errno != errno.ENOTCONN:
            raise


def close_gracefully(sock, timeout_s):
    deadline_s = time.monotonic() + timeout_s
    waste = bytearray(1_000)
    try:
        finish_sending(sock)
        sock.setblocking(False)
        while True:
            left_s = max(0, deadline_s - time.monotonic())
            if not select.select([sock], [], [], left_s)[0] or not sock.recv_into(waste):
                break
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    finally:
        sock.close()
