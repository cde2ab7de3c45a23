"""Throws the connection away at once, to be spared TIME-WAIT: everything has been sent, hasn't it?"""

FAILS = "close_gracefully_delivers_what_was_sent_before"
BELIEVES = "sent-is-read"


def close_gracefully(sock, timeout_s):
    import struct

    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()
