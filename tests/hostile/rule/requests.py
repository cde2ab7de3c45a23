"""Has a library of others do what is to be written."""

import requests


def local_endpoint(sock):
    return requests.get("http://127.0.0.1")
