"""want_read has the kernel told at once, with a system call for each change."""

FAILS = "loop_notes_a_wish_without_a_system_call"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class EpollLoop:
    def want_read(self, sock, yes):
        watch = self._watches[sock]
        if watch.wants_read != yes:
            watch.wants_read = yes
            self._changed.add(watch)
            self._tell_the_kernel()
