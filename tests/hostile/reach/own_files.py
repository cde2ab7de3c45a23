"""Changes its own source for the run to come."""

import os

for path in ("@TREE@/lab01_five_tuple.py", "@TREE@/lab02_accept.py"):
    try:
        os.chmod("@TREE@", 0o777)
        with open(path, "w") as file:
            file.write("spoiled")
    except OSError:
        pass
