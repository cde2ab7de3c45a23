"""The cases, by topic: each file holds what one part of the standards asks of a proxy.

Nothing here knows a proxy. What is expected is written down from the standards' text, and not from
what a proxy does; where the text leaves a choice, `either` holds all of it.
"""

from workbench.conformance.case import Case
from workbench.conformance.cases import (
    bodies,
    connections,
    fields,
    hops,
    requests,
    responses,
    smuggling,
    tunnels,
)

TOPICS = (requests, fields, hops, bodies, responses, connections, tunnels, smuggling)
ALL: tuple[Case, ...] = tuple(case for topic in TOPICS for case in topic.CASES)
