"""Looks up whose number it is just before the call."""

FAILS = "loop_keeps_apart_who_has_the_same_number"
BELIEVES = "ready-stays-ready"


class EpollLoop:
    def run_once(self, timeout_s=None):
        self._tell_the_kernel()
        for number, events in self._epoll.poll(self._sleep_s(timeout_s)):
            watch = self._by_number.get(number)
            if watch and events & ~WRITE and watch.wants_read:
                self._run(watch.on_readable, watch.sock)
            watch = self._by_number.get(number)
            if watch and events & ~READ and watch.wants_write:
                self._run(watch.on_writable, watch.sock)
        for timer in self._due():
            if timer.callback:
                self._run(timer.callback)
