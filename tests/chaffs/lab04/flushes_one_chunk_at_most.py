"""Offers the kernel one chunk only, though it has room for more."""

FAILS = "send_buffer_flush_offers_all_that_is_pending"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class SendBuffer:
    def flush(self, sock):
        if not self._waiting:
            return 0
        try:
            taken = sock.send(self._waiting[:CHUNK_BYTES])
        except BlockingIOError:
            return 0
        del self._waiting[:taken]
        return taken
