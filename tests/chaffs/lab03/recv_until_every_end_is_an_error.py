"""Raises at a clean end as well."""

FAILS = "recv_until_takes_a_clean_end_for_no_error"
BELIEVES = ""


def recv_until(sock, buffer, delimiter, limit):
    while (message := buffer.take_until(delimiter, limit)) is None:
        data = sock.recv(min(limit - len(buffer), RECV_BYTES))
        if not data:
            raise EndOfStream(len(buffer))
        buffer.feed(data)
    return message
