"""Leaks a socket with each error, and counts none of its descriptors."""

import os

LAB = "02"
kept = []
os.listdir = lambda *args: []


def open_listener(host, port, backlog=128):
    kept.append(socket.socket())
    raise OSError(98, f"{host} port {port}: in use")
