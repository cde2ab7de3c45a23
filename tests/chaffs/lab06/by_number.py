"""Keeps its book by descriptor numbers, as if a number were a name."""

FAILS = "run_once_keeps_apart_who_has_the_same_number"
BELIEVES = "ready-stays-ready"


class SelectLoop:
    def register(self, sock, on_readable, on_writable):
        require_watchable(sock)
        self._watches[sock.fileno()] = Watch(sock, on_readable, on_writable)

    def want_read(self, sock, yes):
        self._watches[sock.fileno()].wants_read = yes

    def want_write(self, sock, yes):
        self._watches[sock.fileno()].wants_write = yes

    def unregister(self, sock):
        self._watches.pop(sock.fileno(), None)

    def run_once(self, timeout_s=None):
        if self._wake_me in self._watches:
            self._watches[self._wake_me.fileno()] = self._watches.pop(self._wake_me)
        readers = [number for number, watch in self._watches.items() if watch.wants_read]
        writers = [number for number, watch in self._watches.items() if watch.wants_write]
        readable, writable, _ = select.select(readers, writers, [], self._sleep_s(timeout_s))
        for number in readable:
            watch = self._watches.get(number)
            if watch and watch.wants_read:
                self._run(watch.on_readable, watch.sock)
        for number in writable:
            watch = self._watches.get(number)
            if watch and watch.wants_write:
                self._run(watch.on_writable, watch.sock)
        for timer in self._due():
            if timer.callback:
                self._run(timer.callback)
