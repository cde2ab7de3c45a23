"""Counts a pipe as given back only if it is empty."""

FAILS = "pool_has_none_when_all_are_lent"
BELIEVES = ""
WRITTEN = "without sight of the checks"


class PipePool:
    def give_back(self, pipe, held):
        if held:
            pipe.close()
        else:
            self.empty.append(pipe)
            self.lent -= 1
