"""Ignores and blocks every signal that can be ignored, and loops."""

import signal

for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())


def local_endpoint(sock):
    while True:
        pass
