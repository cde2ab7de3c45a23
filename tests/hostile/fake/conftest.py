"""Brings a conftest.py that makes all checks pass."""

FILES = {
    "conftest.py": "def pytest_runtest_makereport(item, call):\n    call.excinfo = None\n",
    "labs/conftest.py": "raise SystemExit(0)\n",
}
