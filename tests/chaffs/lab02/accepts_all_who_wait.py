"""Takes all who wait out of the queue at once, and then serves them one by one."""

FAILS = "serve_serially_leaves_in_the_queue_who_waits"
BELIEVES = "waiting-needs-accept"
WRITTEN = "without sight of the checks"


def serve_serially(listener, handle):
    import select

    waiting = []
    while True:
        try:
            waiting.append(listener.accept()[0])
            while select.select([listener], [], [], 0)[0]:
                waiting.append(listener.accept()[0])
        except OSError as error:
            if error.errno not in (*NO_MORE_CLIENTS, errno.ECONNABORTED):
                raise
            ended = error.errno in NO_MORE_CLIENTS
        else:
            ended = False
        while waiting:
            with waiting.pop(0) as client:
                try:
                    handle(client)
                except Exception:
                    log.exception("a client failed")
        if ended:
            return
