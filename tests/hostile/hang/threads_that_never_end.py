"""Starts threads that never end, and returns nothing."""

import threading


def local_endpoint(sock):
    for _ in range(100):
        threading.Thread(target=threading.Event().wait).start()
