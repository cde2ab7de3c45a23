"""Figures drawn from what was observed: each a `Drawing` with its data and its words.

Must not know sockets. This package loads matplotlib: import it only where a figure is drawn.
"""

from workbench.figures._bytes import byte_axis
from workbench.figures._compared import latency_by_count, ratio_bars
from workbench.figures._curves import cumulative_bytes, latency_percentiles
from workbench.figures._drawing import Drawing
from workbench.figures._ends import ends_and_edges
from workbench.figures._ladder import ladder
from workbench.figures._map import proxy_map
from workbench.figures._messages import message_strips
from workbench.figures._raster import readiness_raster
from workbench.figures._spans import gantt, state_timeline

__all__ = [
    "Drawing",
    "byte_axis",
    "cumulative_bytes",
    "ends_and_edges",
    "gantt",
    "ladder",
    "latency_by_count",
    "latency_percentiles",
    "message_strips",
    "proxy_map",
    "ratio_bars",
    "readiness_raster",
    "state_timeline",
]
