"""Looks after its workers at the end."""

FAILS = "workers_are_replaced_when_they_die"
BELIEVES = ""


def serve_with_workers(listeners, serve):
    signal.pthread_sigmask(signal.SIG_BLOCK, HEEDED)
    workers = Workers(listeners, serve)
    for listener in listeners:
        workers.start(listener)
    while workers.running:
        number = signal.sigwait(HEEDED)
        if number == signal.SIGUSR1:
            workers.tell(number)
        elif number != signal.SIGCHLD:
            workers.stop()
            while workers.running:
                workers.look_after()
    return not workers.has_failed
