"""Makes one listener, and copies of its descriptor for the others."""

FAILS = "listeners_have_a_queue_each"
BELIEVES = "one-queue-for-all"
WRITTEN = "without sight of the checks"


def open_listeners(host, port, count):
    first = open_listener(host, port, BACKLOG)
    return [first, *(first.dup() for _ in range(count - 1))]
