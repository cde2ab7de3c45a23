"""Loops over handle() instead of accept(): the first client is the only one."""

FAILS = "serve_serially_serves_one_client_after_another"
BELIEVES = "one-client-is-all"


def serve_serially(listener, handle):
    try:
        client, _ = listener.accept()
    except OSError:
        return
    with client:
        while client.recv(1, socket.MSG_PEEK):
            handle(client)
