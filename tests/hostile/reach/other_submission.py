"""Overwrites and deletes another submission's files."""

import os
import shutil


def local_endpoint(sock):
    with open("@FOLDER@/victim.py", "w") as file:
        file.write("spoiled")


for act in (os.unlink, lambda path: os.chmod(path, 0), lambda path: os.rename(path, path + "x")):
    try:
        act("@FOLDER@/victim.py")
    except OSError:
        pass
shutil.rmtree("@FOLDER@", ignore_errors=True)
