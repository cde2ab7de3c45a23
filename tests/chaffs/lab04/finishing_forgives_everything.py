"""Takes every error for a peer that is gone."""

FAILS = "finish_sending_on_a_closed_socket_is_an_error"
BELIEVES = ""


def finish_sending(sock):
    with suppress(OSError):
        sock.shutdown(socket.SHUT_WR)
