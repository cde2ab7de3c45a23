"""Passes over ConnectionError only, and ENOTCONN is not one."""

FAILS = "finish_sending_to_a_peer_that_is_gone_is_no_error"
BELIEVES = ""
WRITTEN = "without sight of the checks"


def finish_sending(sock):
    with suppress(ConnectionError):
        sock.shutdown(socket.SHUT_WR)
