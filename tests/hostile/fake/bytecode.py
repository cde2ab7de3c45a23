"""Brings bytecode in the place of a source."""

FILES = {
    "lab01_five_tuple.pyc": "no magic number",
    "__pycache__/lab01_five_tuple.cpython-311.pyc": "no magic number",
}
