"""The cases, by topic: each file holds what one part of the standards asks of a proxy.

Nothing here knows a proxy. What is expected was written down from the standards' text before any
proxy was run; where the text leaves a choice, `either` holds all of it.
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

ALL: tuple[Case, ...] = tuple(
    case
    for module in (requests, fields, hops, bodies, responses, connections, tunnels, smuggling)
    for case in module.CASES
)
