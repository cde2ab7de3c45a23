"""What the standards ask of an HTTP/1.1 proxy, as cases that are played on raw sockets.

    outcomes = play_all(ALL, proxy.address)

`case` says what a case is, `cases` has them all, `expect` is the vocabulary of what must come of
them, `stage` plays one, `run` all, `report` shows what came of them.
"""
