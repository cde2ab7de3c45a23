"""Gives the peer all the time there is, and reads nothing."""

FAILS = "close_gracefully_returns_when_the_peer_has_ended"
BELIEVES = "sleep-is-waiting"


def close_gracefully(sock, timeout_s):
    finish_sending(sock)
    time.sleep(timeout_s)
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
    sock.close()
