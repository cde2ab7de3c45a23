"""Has Python's own server do what is to be written with raw sockets, and does it wrong."""

import socketserver

LAB = "02"


def serve_serially(listener, handle):
    server = socketserver.TCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler)
    server.serve_forever()
