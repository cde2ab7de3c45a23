"""Puts a script into its errors, its output and its names."""


def local_endpoint(sock):
    print("<script>alert(1)</script>")
    raise type("<img src=x onerror=alert(1)>", (OSError,), {})("</td><script>alert(1)</script>")
