"""Takes a client who has gone again for a lack of descriptors, and rests."""

FAILS = "echo_goes_on_if_a_client_has_gone_before_accept"
BELIEVES = "one-error-one-meaning"
WRITTEN = "without sight of the checks"


class EchoServer:
    def on_readable(self):
        try:
            client, _ = self.listener.accept()
        except BlockingIOError:
            return
        except OSError as error:
            self.stop_accepting(error)
            return
        client.setblocking(False)
        self.serve(client)
