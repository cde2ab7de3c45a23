"""Stops for SIGTERM only; SIGINT is fetched and thrown away."""

FAILS = "workers_end_on_sigterm"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def serve_with_workers(listeners, serve):
    signal.pthread_sigmask(signal.SIG_BLOCK, HEEDED)
    workers = Workers(listeners, serve)
    for listener in listeners:
        workers.start(listener)
    while workers.running:
        number = signal.sigwait(HEEDED)
        if number == signal.SIGCHLD:
            workers.look_after()
        elif number == signal.SIGUSR1:
            workers.tell(number)
        elif number == signal.SIGTERM:
            workers.stop()
    return not workers.has_failed
