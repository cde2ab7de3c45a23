"""Notes the wish, and that is all."""

FAILS = "loop_sleeps_while_reading_is_paused"
BELIEVES = "readable-is-data"


class EpollLoop:
    def want_read(self, sock, yes):
        self._watches[sock].wants_read = yes
