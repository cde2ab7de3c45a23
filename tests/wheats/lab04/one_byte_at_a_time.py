"""Patience itself: small steps everywhere."""


def send_all(sock, data):
    position = 0
    while position < len(data):
        try:
            position += sock.send(data[position : position + 3_001])
        except BlockingIOError:
            wait_until_writable(sock)


class SendBuffer:
    def flush(self, sock):
        taken = 0
        while self._waiting:
            try:
                taken += sock.send(self._waiting[:1_000])
            except BlockingIOError:
                break
            del self._waiting[: min(1_000, len(self._waiting))]
        return taken


def close_gracefully(sock, timeout_s):
    deadline_s = time.monotonic() + timeout_s
    try:
        finish_sending(sock)
        sock.settimeout(0.01)
        while time.monotonic() < deadline_s:
            try:
                if sock.recv(1_000) == b"":
                    break
            except TimeoutError:
                continue
    except OSError:
        pass
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    sock.close()
