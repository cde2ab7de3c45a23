"""Reads a file of the one who marks, and shows it in its error."""

with open("@FOLDER@/secret.txt") as file:
    raise RuntimeError(file.read())
