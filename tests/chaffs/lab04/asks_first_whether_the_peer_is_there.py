"""Takes the end of the stream for a peer that is gone, and saves itself the sending."""

FAILS = "send_all_still_sends_to_a_peer_that_has_finished_sending"
BELIEVES = "eof-is-gone"


def send_all(sock, data):
    readable, _, _ = select.select([sock], [], [], 0)
    if readable and not sock.recv(1, socket.MSG_PEEK):
        raise BrokenPipeError("the peer is gone")
    unsent = memoryview(data)
    while unsent:
        try:
            unsent = unsent[sock.send(unsent) :]
        except BlockingIOError:
            wait_until_writable(sock)
