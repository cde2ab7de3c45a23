"""Watches the third list too, and closes whoever is in it."""

FAILS = "echo_takes_an_out_of_band_byte_for_no_error"
BELIEVES = "xlist-is-errors"


class SelectLoop:
    def run_once(self, timeout_s=None):
        watches = list(self._watches.values())
        readers = [watch for watch in watches if watch.wants_read]
        writers = [watch for watch in watches if watch.wants_write]
        sleep_s = self._sleep_s(timeout_s)
        readable, writable, broken = select.select(readers, writers, watches, sleep_s)
        for watch in broken:
            self.unregister(watch.sock)
            watch.sock.close()
        for watch in readable:
            if watch.wants_read:
                self._run(watch.on_readable, watch.sock)
        for watch in writable:
            if watch.wants_write:
                self._run(watch.on_writable, watch.sock)
        for timer in self._due():
            if timer.callback:
                self._run(timer.callback)
