"""Makes a file of the socket for each line; the file reads ahead, and is thrown away."""

FAILS = "recv_line_gives_a_line_for_each_call"
BELIEVES = "one-send-one-recv"


def recv_line(sock, buffer, limit):
    with sock.makefile("rb") as file:
        return file.readline(limit)
