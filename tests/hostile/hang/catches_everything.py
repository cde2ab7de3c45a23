"""Never returns, and catches whatever is raised to stop it."""

import time


def local_endpoint(sock):
    while True:
        try:
            time.sleep(1)
        except BaseException:
            pass
