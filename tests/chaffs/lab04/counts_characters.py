"""Works on text, and takes the bytes that were sent for characters."""

FAILS = "send_all_counts_in_bytes"
BELIEVES = "text-is-bytes"


def send_all(sock, data):
    text = data.decode()
    while text:
        sent = sock.send(text.encode())
        text = text[sent:]
