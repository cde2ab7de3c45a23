"""Raises given errors that lack what they must have, so that whoever looks fails."""

LAB = "05"


def parse_field_line(line):
    raise HttpError.__new__(HttpError)


def content_length(head):
    raise HttpError.__new__(HttpError, {}, [])
