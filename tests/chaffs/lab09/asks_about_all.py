"""Tells poll about everybody in each turn: it has no bound either."""

FAILS = "loop_does_nothing_for_those_who_are_silent"
BELIEVES = "select-scales"


class EpollLoop:
    def _ready(self, timeout_s):
        poll = select.poll()
        for watch in self._watches.values():
            if wanted := READ * watch.wants_read | WRITE * watch.wants_write:
                poll.register(watch.number, wanted)
        named = poll.poll(None if timeout_s is None else timeout_s * 1000)
        ready = [(self._by_number[number], events) for number, events in named]
        readable = [watch for watch, events in ready if events & ~WRITE]
        return readable, [watch for watch, events in ready if events & ~READ]
