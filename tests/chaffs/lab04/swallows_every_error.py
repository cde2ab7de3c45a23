"""Returns in silence when the peer is gone: there is nobody to send to."""

FAILS = "send_all_tells_that_the_peer_is_gone"
BELIEVES = "errors-need-no-answer"


def send_all(sock, data):
    unsent = memoryview(data)
    while unsent:
        try:
            unsent = unsent[sock.send(unsent) :]
        except BlockingIOError:
            wait_until_writable(sock)
        except ConnectionError:
            return
