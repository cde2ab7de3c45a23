"""Reads without an except: a client that resets is a bug of somebody else."""

FAILS = "echo_survives_a_client_that_resets"
BELIEVES = "readable-never-raises"


class EchoConnection:
    def on_readable(self):
        data = self.sock.recv(CHUNK_BYTES)
        self.waiting.append(data)
        self.has_ended = not data
        self.on_writable()
