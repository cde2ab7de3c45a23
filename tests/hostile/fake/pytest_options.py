"""Brings configuration that has pytest collect nothing, or load a plugin."""

FILES = {
    "pytest.ini": "[pytest]\naddopts = --collect-only -p hostile\n",
    "pyproject.toml": "[tool.pytest.ini_options]\naddopts = '-k nothing'\n",
    "tox.ini": "[pytest]\ntestpaths = nowhere\n",
    "hostile.py": "raise SystemExit(0)\n",
}
