"""Lets BlockingIOError out of accept: select has said that somebody is there."""

FAILS = "echo_is_called_though_nobody_has_connected"
BELIEVES = "readable-never-raises"


class EchoServer:
    def on_readable(self):
        client, _ = self.listener.accept()
        client.setblocking(False)
        self.serve(client)
