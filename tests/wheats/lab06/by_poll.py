"""Asks poll instead of select, and tells old and new by the watch, not by the number."""


class SelectLoop:
    def run_once(self, timeout_s=None):
        poller = select.poll()
        by_number = {}
        for watch in self._watches.values():
            events = (select.POLLIN if watch.wants_read else 0) | (
                select.POLLOUT if watch.wants_write else 0
            )
            if events:
                by_number[watch.fileno()] = watch
                poller.register(watch, events)
        sleep_s = self._sleep_s(timeout_s)
        for number, events in poller.poll(None if sleep_s is None else sleep_s * 1000):
            watch = by_number[number]
            gone = events & (select.POLLERR | select.POLLHUP)
            if watch.wants_read and (gone or events & select.POLLIN):
                self._run(watch.on_readable, watch.sock)
            if watch.wants_write and (gone or events & select.POLLOUT):
                self._run(watch.on_writable, watch.sock)
        for timer in self._due():
            if timer.callback is not None:
                self._run(timer.callback)
