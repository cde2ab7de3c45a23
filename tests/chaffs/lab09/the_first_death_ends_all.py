"""Takes the first SIGCHLD for the end, and stops the other workers."""

FAILS = "workers_are_replaced_when_they_die"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def serve_with_workers(listeners, serve):
    signal.pthread_sigmask(signal.SIG_BLOCK, HEEDED)
    workers = Workers(listeners, serve)
    for listener in listeners:
        workers.start(listener)
    while workers.running:
        number = signal.sigwait(HEEDED)
        if number == signal.SIGUSR1:
            workers.tell(number)
        else:
            if not workers.is_stopping:
                workers.stop()
            workers.look_after()
    return not workers.has_failed
