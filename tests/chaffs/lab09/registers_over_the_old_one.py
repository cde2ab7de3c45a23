"""Registers a socket again without unregistering it first."""

FAILS = "loop_register_starts_afresh"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class EpollLoop:
    def register(self, sock, on_readable, on_writable):
        if sock.fileno() < 0:
            raise ValueError("the socket is closed")
        watch = Told(sock, on_readable, on_writable)
        self._watches[sock] = self._by_number[watch.number] = watch
        self._changed.add(watch)
