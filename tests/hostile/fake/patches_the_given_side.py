"""Replaces the given side's own functions in its process."""

import sys

for module in list(sys.modules.values()):
    if getattr(module, "__name__", "").startswith("workbench.sandbox"):
        module.Serving._do = lambda self, message, came: True
