"""A wish of somebody unknown is no error."""

FAILS = "loop_unregister_of_who_is_not_there_is_no_error"
BELIEVES = ""


class EpollLoop:
    def want_read(self, sock, yes):
        watch = self._watches.get(sock)
        if watch:
            watch.wants_read = yes
            self._changed.add(watch)
