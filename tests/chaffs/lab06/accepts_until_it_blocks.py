"""Accepts in a loop on a blocking listener, since select said that it was ready."""

FAILS = "echo_sends_back_what_a_client_says"
BELIEVES = "select-unblocks"


class EchoServer:
    def __init__(self, loop, listener):
        self.loop = loop
        self.listener = listener
        loop.register(listener, self.on_readable, self.on_readable)

    def on_readable(self):
        while True:
            client, _ = self.listener.accept()
            client.setblocking(False)
            EchoConnection(self.loop, client)
