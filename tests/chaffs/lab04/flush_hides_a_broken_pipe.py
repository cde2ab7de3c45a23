"""Takes a broken pipe for a full one."""

FAILS = "send_buffer_flush_tells_that_the_peer_is_gone"
BELIEVES = "errors-need-no-answer"


class SendBuffer:
    def flush(self, sock):
        if not self._waiting:
            return 0
        try:
            taken = sock.send(self._waiting)
        except OSError:
            return 0
        del self._waiting[:taken]
        return taken
