"""Opens one listener, and all have it."""

FAILS = "listeners_have_a_queue_each"
BELIEVES = "one-queue-for-all"


def open_listeners(host, port, count):
    with open_listener(host, port) as first:
        return [first.dup() for _ in range(count)]
