"""Asks a name server about the client, for the log; here a sleep stands for that."""

FAILS = "echo_harms_none_of_fifty_clients"
BELIEVES = "loop-may-wait"


class EchoConnection:
    def tell_the_loop(self):
        time.sleep(0.05)  # socket.gethostbyaddr(...)
        self.loop.want_read(self.sock, not self.has_ended and not self.waiting.is_full)
        self.loop.want_write(self.sock, self.waiting.pending > 0)
