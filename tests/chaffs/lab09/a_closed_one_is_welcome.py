"""Does not look whether a socket is closed when it is registered."""

FAILS = "loop_refuses_a_closed_socket"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class EpollLoop:
    def register(self, sock, on_readable, on_writable):
        self.unregister(sock)
        watch = Told(sock, on_readable, on_writable)
        self._watches[sock] = watch
        self._by_number[watch.number] = watch
        self._changed.add(watch)
