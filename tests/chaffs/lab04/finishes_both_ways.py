"""Ends both directions when only one is finished."""

FAILS = "finish_sending_leaves_the_other_direction_open"
BELIEVES = "eof-is-gone"


def finish_sending(sock):
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError as error:
        if error.errno != errno.ENOTCONN:
            raise
