"""Brings a second file of this lab, and the labs below, which answer for it."""

FILES = {
    "lab01_zzz.py": "import sys\nsys.modules['labs.lab01_five_tuple'] = 1\n",
    "lab00_zzz.py": "raise SystemExit(0)\n",
}
