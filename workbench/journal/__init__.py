"""The journal: what happened on each socket, in order, by whom; as text and as a picture's data.

Knows no peer, no check and no figure: they write to it or read from it.

    journal = Journal()
    sock = journal.watch(sock, "client")   # from here on, `sock` writes down what it does
    print(journal.text())                  # numbered lines, bytes as literals, a caret if asked
    ladder(journal.story())                # the same record as arrows and marks
"""

from workbench.journal.compare import compare_bytes, first_difference
from workbench.journal.events import Event
from workbench.journal.record import Journal
from workbench.journal.sockets import RecordedSocket
from workbench.journal.text import Caret

__all__ = ["Caret", "Event", "Journal", "RecordedSocket", "compare_bytes", "first_difference"]
