"""Starts one worker, for the first listener."""

FAILS = "workers_serve_beside_each_other"
BELIEVES = ""


def serve_with_workers(listeners, serve):
    signal.pthread_sigmask(signal.SIG_BLOCK, HEEDED)
    workers = Workers(listeners, serve)
    for listener in listeners[:1]:
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
