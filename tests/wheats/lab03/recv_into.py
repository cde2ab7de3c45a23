"""Fills a buffer in place: recv_into, a memoryview, MSG_WAITALL; the buffer is bytes and an offset."""


def recv_exactly(sock, count):
    data = bytearray(count)
    view = memoryview(data)
    while view:
        got = sock.recv_into(view, len(view), socket.MSG_WAITALL)
        if got == 0:
            raise EndOfStream(count - len(view), count)
        view = view[got:]
    return bytes(data)


class ReceiveBuffer:
    def __init__(self):
        self._data = bytearray()
        self._start = 0
        self._from = {}

    def __len__(self):
        return len(self._data) - self._start

    def feed(self, data):
        if self._start > len(self._data) // 2:
            del self._data[: self._start]
            self._from = {what: at - self._start for what, at in self._from.items()}
            self._start = 0
        self._data.extend(data)

    def take_at_most(self, count):
        stop = min(self._start + count, len(self._data))
        with memoryview(self._data) as view:
            taken = view[self._start : stop].tobytes()
        self._start = stop
        return taken

    def take_exactly(self, count):
        if len(self) < count:
            return None
        return self.take_at_most(count)

    def take_until(self, delimiter, limit):
        start = max(self._start, self._from.get(delimiter, 0))
        at = self._data.find(delimiter, start, self._start + limit)
        if at >= 0:
            return self.take_exactly(at - self._start + len(delimiter))
        if len(self) >= limit:
            raise LimitExceeded(limit)
        self._from[delimiter] = max(0, len(self._data) - len(delimiter) + 1)
        return None


def recv_until(sock, buffer, delimiter, limit):
    room = bytearray(4096)
    message = buffer.take_until(delimiter, limit)
    while message is None:
        got = sock.recv_into(room, min(len(room), limit - len(buffer)))
        if got == 0:
            if len(buffer) == 0:
                return b""
            raise EndOfStream(len(buffer))
        buffer.feed(memoryview(room)[:got])
        message = buffer.take_until(delimiter, limit)
    return message


def recv_line(sock, buffer, limit):
    return recv_until(sock, buffer, bytes([13, 10]), limit)
