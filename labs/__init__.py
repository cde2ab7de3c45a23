"""The labs, from the tree that the environment variable LABS names (default: `labs`, your own).

`LABS=lab_solutions` serves the reference instead: to notebooks, checks and programs alike.
"""

import os
from pathlib import Path

_PROJECT = Path(__file__).resolve().parent.parent
#: The folder that serves: relative names count from the project's folder.
TREE = (_PROJECT / (os.environ.get("LABS") or "labs")).resolve()

if not any(TREE.glob("lab[0-9][0-9]_*")):
    raise ImportError(
        f"LABS={os.environ.get('LABS')} names {TREE}, which "
        + ("holds no lab" if TREE.is_dir() else "is no folder")
        + ": unset LABS for your own work in labs/, or set LABS=lab_solutions for the reference."
    )
__path__ = [str(TREE)]
