"""Takes every error of accept for a client that has gone again."""

FAILS = "echo_serves_on_when_the_listener_is_shut_down"
BELIEVES = "one-error-one-meaning"


class EchoServer:
    def on_readable(self):
        try:
            client, _ = self.listener.accept()
        except OSError:
            return
        client.setblocking(False)
        self.serve(client)
