"""Is in one long call of C, in which no signal's handler runs."""


def local_endpoint(sock):
    return 9**9**9
