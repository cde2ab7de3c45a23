"""Waits for signals that come as they like."""

FAILS = "workers_start_when_signals_are_held_back"
BELIEVES = "sigwait-is-enough"


def serve_with_workers(listeners, serve):
    workers = Workers(listeners, serve)
    for listener in listeners:
        workers.start(listener)
    while workers.running:
        number = signal.sigwait(HEEDED)
        if number == signal.SIGCHLD:
            workers.look_after()
        elif number == signal.SIGUSR1:
            workers.tell(number)
        else:
            workers.stop()
    return not workers.has_failed
