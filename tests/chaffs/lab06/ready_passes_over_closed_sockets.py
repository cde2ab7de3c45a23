"""Leaves closed sockets out without a word, so they stay in the book for ever and nobody hears of it."""

FAILS = "run_once_does_not_pass_over_a_closed_socket"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class SelectLoop:
    def _ready(self, timeout_s):
        alive = [watch for watch in self._watches.values() if watch.fileno() >= 0]
        readers = [watch for watch in alive if watch.wants_read]
        writers = [watch for watch in alive if watch.wants_write]
        readable, writable, _ = select.select(readers, writers, [], timeout_s)
        return readable, writable
