"""Returns True if workers could not live, and False if all went well."""

FAILS = "workers_without_listeners_are_none"
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
        else:
            workers.stop()
    return workers.has_failed
