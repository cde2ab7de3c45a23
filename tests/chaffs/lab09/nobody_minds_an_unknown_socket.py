"""want_read passes over a socket that is not registered."""

FAILS = "loop_unregister_of_who_is_not_there_is_no_error"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class EpollLoop:
    def want_read(self, sock, yes):
        watch = self._watches.get(sock)
        if watch and watch.wants_read != yes:
            watch.wants_read = yes
            self._changed.add(watch)
