"""Leaves the accepted socket as it is: select has said that it is ready."""

FAILS = "echo_serves_others_while_one_does_not_read"
BELIEVES = "select-unblocks"


class EchoServer:
    def on_readable(self):
        try:
            client, _ = self.listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        except OSError as error:
            self.stop_accepting(error)
            return
        with suppress(ValueError):
            EchoConnection(self.loop, client)
