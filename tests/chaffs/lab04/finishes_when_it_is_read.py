"""Waits until the peer has taken everything before it says that this was all."""

FAILS = "finish_sending_lets_what_was_sent_arrive"
BELIEVES = "sent-is-read"


def finish_sending(sock):
    import fcntl
    import struct
    import termios

    while struct.unpack("i", fcntl.ioctl(sock, termios.TIOCOUTQ, bytes(4)))[0] > 0:
        time.sleep(0.01)
    with suppress(OSError):
        sock.shutdown(socket.SHUT_WR)
