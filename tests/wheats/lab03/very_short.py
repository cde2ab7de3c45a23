"""As few lines as possible; recv_exactly recurses no deeper than there are big pieces."""


def recv_exactly(sock, count):
    parts, left = [], count
    while left and parts[-1:] != [b""]:
        parts.append(sock.recv(left))
        left -= len(parts[-1])
    if left:
        raise EndOfStream(count - left, count)
    return b"".join(parts)


class ReceiveBuffer:
    def feed(self, data):
        self._data.extend(data)

    def take_exactly(self, count):
        if len(self._data) >= count:
            taken, self._data[:count], self._searched = bytes(self._data[:count]), b"", 0
            return taken

    def take_until(self, delimiter, limit):
        start = self._searched - len(delimiter) if self._sought == delimiter else 0
        at = self._data.find(delimiter, max(0, start), limit)
        self._sought, self._searched = delimiter, min(limit, len(self._data))
        if at < 0 and len(self._data) >= limit:
            raise LimitExceeded(limit)
        return self.take_exactly(at + len(delimiter)) if at >= 0 else None


def recv_until(sock, buffer, delimiter, limit):
    while (message := buffer.take_until(delimiter, limit)) is None:
        buffer.feed(data := sock.recv(limit - len(buffer)))
        if not data:
            if len(buffer):
                raise EndOfStream(len(buffer))
            return data
    return message


def recv_line(*args):
    return recv_until(*args[:2], CRLF, *args[2:])
