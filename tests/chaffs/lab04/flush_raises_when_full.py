"""Sends right away, sure that there is room."""

FAILS = "send_buffer_flush_takes_nothing_if_the_kernel_is_full"
BELIEVES = "send-takes-all"


class SendBuffer:
    def flush(self, sock):
        taken = sock.send(self._waiting)
        del self._waiting[:taken]
        return taken
