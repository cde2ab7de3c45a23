"""Thinks that accept() is what opens a port to clients."""

FAILS = "open_listener_takes_connections"
BELIEVES = "handshake-waits"


def open_listener(host, port, backlog=128):
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    return listener
