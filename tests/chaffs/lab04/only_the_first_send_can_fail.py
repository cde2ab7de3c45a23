"""Thinks that a peer that is gone shows at the first send, and looks no more after that."""

FAILS = "send_all_tells_that_the_peer_goes_away_in_the_middle"
BELIEVES = "dead-at-once"


def send_all(sock, data):
    unsent = memoryview(data)
    unsent = unsent[sock.send(unsent) :]
    while unsent:
        try:
            unsent = unsent[sock.send(unsent) :]
        except BlockingIOError:
            wait_until_writable(sock)
        except ConnectionError:
            return
