"""Brings what Python runs by itself when it starts."""

FILES = {
    "sitecustomize.py": "import os\nos._exit(0)\n",
    "usercustomize.py": "import os\nos._exit(0)\n",
    "hostile.pth": "import os; os._exit(0)\n",
}
