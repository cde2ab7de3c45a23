"""Who wants nothing is watched for nothing."""

FAILS = "loop_sleeps_while_who_is_paused_has_hung_up"
BELIEVES = "asked-is-told"


class EpollLoop:
    def _tell_the_kernel(self):
        for watch in self._changed:
            wanted = READ * watch.wants_read | WRITE * watch.wants_write
            if watch.events is None or watch.events < 0 or not self._is_known(watch):
                self._epoll.register(watch.number, wanted)
            else:
                self._epoll.modify(watch.number, wanted)
            watch.events = wanted or select.EPOLLHUP
        self._changed.clear()

    def _is_known(self, watch):
        return watch.events != 0
