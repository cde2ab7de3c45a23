"""Gives the client a timeout instead of making it non-blocking."""

FAILS = "echo_serves_others_while_one_does_not_read"
BELIEVES = "select-unblocks"
WRITTEN = "without sight of the checks"


class EchoServer:
    def on_readable(self):
        try:
            client, _ = self.listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        except OSError as error:
            self.stop_accepting(error)
            return
        client.settimeout(5.0)
        self.serve(client)
