"""Brings modules with the names of Python's own."""

FILES = {
    "socket.py": "raise SystemExit(0)\n",
    "json.py": "raise SystemExit(0)\n",
    "ipaddress.py": "raise SystemExit(0)\n",
    "typing.py": "raise SystemExit(0)\n",
}
