"""Every step by itself; a list of pieces that are joined when a message is complete."""


def recv_exactly(sock, count):
    pieces = []
    received = 0
    while True:
        missing = count - received
        if missing == 0:
            whole = b"".join(pieces)
            return whole
        piece = sock.recv(missing if missing < 8192 else 8192)
        length = len(piece)
        if length == 0:
            error = EndOfStream(received, count)
            raise error
        pieces.append(piece)
        received = received + length


class ReceiveBuffer:
    def __init__(self):
        self._pieces = []
        self._length = 0
        self._offset = 0
        self._tail = b""
        self._sought = None

    def __len__(self):
        return self._length - self._offset

    def feed(self, data):
        if len(data) == 0:
            return
        self._pieces.append(bytes(data))
        self._length += len(data)

    def _whole(self):
        if len(self._pieces) != 1:
            joined = b"".join(self._pieces)
            self._pieces = [joined]
        return self._pieces[0]

    def take_at_most(self, count):
        if count > len(self):
            count = len(self)
        return self.take_exactly(count)

    def take_exactly(self, count):
        available = len(self)
        if available < count:
            return None
        if count == 0:
            return b""
        whole = self._whole()
        start = self._offset
        stop = start + count
        taken = whole[start:stop]
        self._offset = stop
        self._sought = None
        if self._offset == self._length:
            self._pieces = []
            self._length = 0
            self._offset = 0
        elif self._offset > 1_000_000 and self._offset > self._length // 2:
            self._pieces = [whole[self._offset :]]
            self._length -= self._offset
            self._offset = 0
        return taken

    def take_until(self, delimiter, limit):
        if self._sought != delimiter:
            found = self._search_everything(delimiter)
        else:
            found = self._search_new_pieces(delimiter)
        if found:
            whole = self._whole()
            at = whole.find(delimiter, self._offset)
            end = at + len(delimiter) - self._offset
            if end > limit:
                self._sought = None
                raise LimitExceeded(limit)
            return self.take_exactly(end)
        if len(self) >= limit:
            raise LimitExceeded(limit)
        return None

    def _search_everything(self, delimiter):
        self._sought = delimiter
        whole = self._whole()
        self._known = len(self._pieces)
        self._tail = whole[self._offset :][-(len(delimiter) - 1) :] if len(delimiter) > 1 else b""
        return whole.find(delimiter, self._offset) >= 0

    def _search_new_pieces(self, delimiter):
        keep = len(delimiter) - 1
        for piece in self._pieces[self._known :]:
            window = self._tail + piece
            if delimiter in window:
                return True
            self._tail = window[-keep:] if keep else b""
        self._known = len(self._pieces)
        return False


def recv_until(sock, buffer, delimiter, limit):
    while True:
        message = buffer.take_until(delimiter, limit)
        if message is not None:
            return message
        already = len(buffer)
        room = limit - already
        if room > RECV_BYTES:
            room = RECV_BYTES
        data = sock.recv(room)
        if len(data) > 0:
            buffer.feed(data)
        elif already > 0:
            raise EndOfStream(already)
        else:
            return b""


def recv_line(sock, buffer, limit):
    line = recv_until(sock=sock, buffer=buffer, delimiter=b"\r\n", limit=limit)
    return line
