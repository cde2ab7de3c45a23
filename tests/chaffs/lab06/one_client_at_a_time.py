"""Serves the client that it has accepted to its end, inside the callback."""

FAILS = "echo_serves_others_beside_a_silent_client"
BELIEVES = "loop-may-wait"


class EchoServer:
    def on_readable(self):
        client, _ = self.listener.accept()
        client.setblocking(True)
        with client:
            while data := client.recv(CHUNK_BYTES):
                client.sendall(data)
