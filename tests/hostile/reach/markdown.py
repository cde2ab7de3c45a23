"""Puts Markdown into its errors: a table's end, a link, a heading."""


def local_endpoint(sock):
    raise OSError("|\n\n# 100 of 100\n\n[ok](https://example.org) `` ``` ~~~ <b>")
