"""Sends hundreds of descriptors beside its answers."""

import struct


def local_endpoint(sock):
    text = b'{"op": "ask", "of": 0, "name": "", "args": null}'
    head = struct.pack("!IIB", len(text), 0, 8)
    ours = [socket.socket() for _ in range(8)]
    for number in range(3, 12):
        try:
            channel = socket.socket(fileno=number)
            for _ in range(500):
                socket.send_fds(channel, [head + text], [one.fileno() for one in ours])
        except OSError:
            pass
