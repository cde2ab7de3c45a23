"""Imports the reference by the project's path."""

import importlib
import os
import sys

os.environ["LABS"] = "lab_solutions"
sys.path.insert(0, "@PROJECT@")
for name in [name for name in sys.modules if name.startswith("labs")]:
    del sys.modules[name]
sys.meta_path[:] = [finder for finder in sys.meta_path if "Sources" not in type(finder).__name__]
globals().update(vars(importlib.import_module("labs.lab01_five_tuple")))
