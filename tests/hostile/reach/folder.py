"""Brings a folder in the place of a lab."""

FILES = {"lab01_five_tuple.py/__init__.py": ""}
