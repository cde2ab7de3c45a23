"""Registers a closed socket, too."""

FAILS = "loop_refuses_a_closed_socket"
BELIEVES = ""


class EpollLoop:
    def register(self, sock, on_readable, on_writable):
        self.unregister(sock)
        watch = self._watches[sock] = Told(sock, on_readable, on_writable)
        self._by_number[watch.number] = watch
        self._changed.add(watch)
