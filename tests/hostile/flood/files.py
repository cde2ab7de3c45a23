"""Writes files wherever it can, until nothing fits."""

import os


def local_endpoint(sock):
    for folder in (".", "/", "/tmp", "/dev/shm", "/var/tmp", "/run", "@FOLDER@"):
        for number in range(1_000):
            try:
                with open(f"{folder}/hostile-{number}", "wb") as file:
                    file.write(bytes(1 << 20))
            except OSError:
                break
    return os.listdir("/tmp")
