"""Brings a named pipe in the place of a lab: who opens it waits."""

PIPES = ("lab01_five_tuple.py",)
