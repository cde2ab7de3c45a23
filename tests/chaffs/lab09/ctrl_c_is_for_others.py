"""Ends on SIGTERM, and goes on after SIGINT."""

FAILS = "workers_end_on_sigterm"
BELIEVES = ""


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
