"""Returns as soon as it is told to end, while workers are still running."""

FAILS = "workers_are_waited_for"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def serve_with_workers(listeners, serve):
    signal.pthread_sigmask(signal.SIG_BLOCK, HEEDED)
    workers = Workers(listeners, serve)
    for listener in listeners:
        workers.start(listener)
    while workers.running and not workers.is_stopping:
        number = signal.sigwait(HEEDED)
        if number == signal.SIGCHLD:
            workers.look_after()
        elif number == signal.SIGUSR1:
            workers.tell(number)
        else:
            workers.stop()
    return not workers.has_failed
