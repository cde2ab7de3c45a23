"""Reads one byte at a time, so that nothing ever comes after a message. Slow, and right."""


def recv_exactly(sock, count):
    data = b""
    pieces = []
    while len(pieces) * 4096 + len(data) < count:
        size = 1 if count < 100_000 else min(4096 - len(data), count)
        byte = sock.recv(size)
        if byte == b"":
            raise EndOfStream(len(pieces) * 4096 + len(data), count)
        data += byte
        if len(data) == 4096:
            pieces.append(data)
            data = b""
    return (b"".join(pieces) + data)[:count]


class ReceiveBuffer:
    def feed(self, data):
        for number in range(0, len(data), 4096):
            self._data += data[number : number + 4096]

    def take_exactly(self, count):
        if len(self._data) < count:
            return None
        front = self._data[:count]
        self._data[:count] = b""
        self._searched = 0
        return bytes(front)

    def take_until(self, delimiter, limit):
        if self._sought != delimiter:
            self._searched = 0
            self._sought = delimiter
        while self._searched + len(delimiter) <= min(limit, len(self._data)):
            if self._data.startswith(delimiter, self._searched):
                return self.take_exactly(self._searched + len(delimiter))
            ahead = self._data.find(delimiter[:2], self._searched + 1, self._searched + 4096)
            last = len(self._data) - len(delimiter[1:2])  # the delimiter may begin there
            self._searched = ahead if ahead >= 0 else min(self._searched + 4095, last)
        if len(self._data) >= limit:
            raise LimitExceeded(limit)
        return None


def recv_until(sock, buffer, delimiter, limit):
    message = buffer.take_until(delimiter, limit)
    while message is None:
        byte = sock.recv(1)
        if byte == b"":
            if len(buffer) > 0:
                raise EndOfStream(len(buffer))
            return byte
        buffer.feed(byte)
        message = buffer.take_until(delimiter, limit)
    return message


def recv_line(sock, buffer, limit):
    return recv_until(sock, buffer, b"\r" + b"\n", limit)
