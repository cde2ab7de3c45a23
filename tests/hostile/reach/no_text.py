"""Brings bytes that are no text in the place of a lab."""

FILES = {"lab01_five_tuple.py": "\x00\x01\x02\udcff"}
