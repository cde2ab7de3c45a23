"""Leaves the loop when a client resets, and never closes its socket."""

FAILS = "echo_leaves_no_descriptor_of_a_thousand_clients"
BELIEVES = "done-is-closed"

LOST = []


class EchoConnection:
    def on_readable(self):
        try:
            data = self.sock.recv(CHUNK_BYTES)
        except BlockingIOError:
            return
        except OSError:
            self.loop.unregister(self.sock)
            LOST.append(self.sock)
            return
        self.waiting.append(data)
        self.has_ended = not data
        self.on_writable()
