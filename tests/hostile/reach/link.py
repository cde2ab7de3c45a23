"""Brings a link in the place of a lab, to a file of the one who marks."""

LINKS = {"lab01_five_tuple.py": "@FOLDER@/secret.txt"}
