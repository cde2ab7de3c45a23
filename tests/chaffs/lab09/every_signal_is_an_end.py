"""Any other signal is an end."""

FAILS = "workers_are_told_of_sigusr1"
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
        else:
            workers.stop()
    return not workers.has_failed
