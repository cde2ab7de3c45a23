"""Part of lab 09, given: kqueue, for a loop that was written for epoll.

The kernels of macOS and the BSDs have kqueue where Linux has epoll. Knows nothing of sockets: it
watches descriptors by their numbers.
"""

from __future__ import annotations

import select

READ, WRITE = select.POLLIN, select.POLLOUT  # epoll's bits are the same
MOST = 1024  # events in one turn


class Kqueue:
    """The kqueue of macOS and the BSDs, with the methods of `select.epoll` that we use. Given.

    It watches for reading and for writing apart, by *filters*: a change adds or deletes one of
    them, several changes take one system call, and only a filter that is there tells a hang-up.
    """

    def __init__(self) -> None:
        self._kqueue = select.kqueue()
        self._told: dict[int, int] = {}
        self._filters = {READ: select.KQ_FILTER_READ, WRITE: select.KQ_FILTER_WRITE}
        self._events = {name: event for event, name in self._filters.items()}

    def modify(self, number: int, events: int) -> None:
        """From now on watch for `events` of this descriptor, and for nothing else."""
        changed = self._told.get(number, 0) ^ events
        self._kqueue.control(
            [
                select.kevent(
                    number, name, select.KQ_EV_ADD if events & event else select.KQ_EV_DELETE
                )
                for event, name in self._filters.items()
                if changed & event
            ],
            0,
        )
        self._told[number] = events

    register = modify

    def unregister(self, number: int) -> None:
        self.modify(number, 0)
        del self._told[number]

    def poll(self, timeout_s: float | None) -> list[tuple[int, int]]:
        """A descriptor that is readable and writable comes twice."""
        ready = self._kqueue.control(None, MOST, timeout_s)
        return [(event.ident, self._events[event.filter]) for event in ready]

    def close(self) -> None:
        self._kqueue.close()
