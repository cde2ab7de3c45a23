"""Sleeps until the timer is due, and asks about the sockets then."""

FAILS = "call_later_holds_up_no_socket"
BELIEVES = "loop-may-wait"


class SelectLoop:
    def run_once(self, timeout_s=None):
        if self._timers:
            time.sleep(self._sleep_s(timeout_s))
        watches = list(self._watches.values())
        readers = [watch for watch in watches if watch.wants_read]
        writers = [watch for watch in watches if watch.wants_write]
        readable, writable, _ = select.select(readers, writers, [], self._sleep_s(timeout_s))
        for watch in readable:
            if watch.wants_read:
                self._run(watch.on_readable, watch.sock)
        for watch in writable:
            if watch.wants_write:
                self._run(watch.on_writable, watch.sock)
        for timer in self._due():
            if timer.callback:
                self._run(timer.callback)
