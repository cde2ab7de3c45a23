"""Reads without an except: a client that resets is a bug of somebody else."""

FAILS = "echo_survives_a_reset_in_the_middle_of_a_turn"
BELIEVES = "one-client-is-all"


class EchoConnection:
    def on_readable(self):
        data = self.sock.recv(CHUNK_BYTES)
        self.waiting.append(data)
        self.has_ended = not data
        self.on_writable()
