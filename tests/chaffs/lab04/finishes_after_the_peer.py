"""Reads to the end of the peer before it ends itself."""

FAILS = "finish_sending_gives_the_peer_the_end_of_the_stream"
BELIEVES = ""


def finish_sending(sock):
    while sock.recv(CHUNK_BYTES):
        pass
    sock.shutdown(socket.SHUT_WR)
