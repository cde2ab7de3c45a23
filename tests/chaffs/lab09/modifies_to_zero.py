"""Who wants nothing is watched for 0, and counts as unknown."""

FAILS = "loop_sleeps_while_who_is_paused_has_hung_up"
BELIEVES = "asked-is-told"


class EpollLoop:
    def _tell_the_kernel(self):
        for watch in self._changed:
            wanted = READ * watch.wants_read | WRITE * watch.wants_write
            if watch.events:
                self._epoll.modify(watch.number, wanted)
            elif wanted:
                self._epoll.register(watch.number, wanted)
            watch.events = wanted
        self._changed.clear()
